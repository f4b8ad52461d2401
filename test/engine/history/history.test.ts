import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Archive } from '../../../src/engine/history/archive.ts';
import { History } from '../../../src/engine/history/history.ts';
import { historyFolder } from '../../../src/engine/history/history-folder.ts';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { thrownBy } from '../support/thrown.ts';

scratchFolder();
const history = new History();
const main = { group: null, name: 'main' };
const grouped = { group: 'agents', name: 'agent-0' };

async function archive(experiment: string, launchId: string, texts: Readonly<Record<string, string>> = {}) {
  const begun = await Archive.begin(experiment);
  for (const [name, text] of Object.entries(texts)) {
    const reference = name === 'main' ? main : grouped;
    const content = { starts: [[1, 0]] as [number, number][], times: [], dropped: 0 };
    await begun.addLog(reference, content, [Buffer.from(text)]);
  }
  const spec = parseSpec({ name: experiment, processes: { main: { command: 'true' } } }, { baseDir: '/' });
  return begun.commit({ experiment, backend: 'local', launchId, how: 'deleted', spec, notes: [] });
}

describe('the history', () => {
  test('without anything is empty', async () => {
    expect(await history.list()).toEqual([]);
    expect(await history.prune({ all: true })).toEqual([]);
    expect(await thrownBy(() => history.find('rl'))).toMatchObject({ code: 'not-found' });
  });

  test('finds an entry by its name, and the newest one by that of the experiment', async () => {
    await archive('rl', 'a');
    await archive('rl', 'b');
    expect((await history.find('rl')).name).toBe('rl.2');
    expect((await history.find('rl.1')).launchId).toBe('a');
    const error = await thrownBy(() => history.find('rk'));
    expect(error).toMatchObject({ code: 'not-found', hint: expect.stringContaining('rl') });
  });

  test('reads logs of processes in groups, and says which logs are kept', async () => {
    await archive('rl', 'a', { main: 'one\n', agent: 'two\n' });
    expect((await history.read('rl')).logs).toEqual([grouped, main]);
    const lines = await Array.fromAsync(history.logs('rl', [main, grouped]));
    expect(lines.map(({ group, name, text }) => [group, name, text])).toEqual([
      [null, 'main', 'one'],
      ['agents', 'agent-0', 'two'],
    ]);
    const absent = { group: null, name: 'mian' };
    const error = await thrownBy(() => Array.fromAsync(history.logs('rl', [absent])));
    expect(error).toMatchObject({ code: 'not-found', message: 'There is no log of "mian" in rl.1 of the history.' });
  });

  test('goes on without entries that are damaged', async () => {
    await archive('rl', 'a', { main: 'one\n' });
    const folder = join(historyFolder(), 'rl.2');
    await mkdir(folder);
    await mkdir(join(historyFolder(), 'not an entry'));
    await writeFile(join(historyFolder(), 'bad.1'), 'a file');
    expect((await history.list()).map(({ name }) => name)).toEqual(['rl.1']);
    for (const name of ['spec.json', 'description.json', 'logs.json', 'events.jsonl'])
      await writeFile(join(historyFolder(), 'rl.1', name), '{"');
    expect(await history.read('rl')).toMatchObject({ name: 'rl.1', logs: [], events: [] });
    expect(await thrownBy(() => history.specToRestore('rl'))).toMatchObject({ code: 'failed' });
  });

  test('gives the spec anew, under another name if wanted', async () => {
    await archive('rl', 'a');
    expect((await history.specToRestore('rl')).name).toBe('rl');
    expect((await history.specToRestore('rl', 'again')).name).toBe('again');
    expect(await thrownBy(() => history.specToRestore('rl', 'Not A Name'))).toMatchObject({ code: 'invalid-spec' });
  });

  test('prunes what it is asked to, and by default what the settings do not allow', async () => {
    for (const id of ['a', 'b', 'c']) await archive('rl', id, { main: 'x'.repeat(1000) });
    expect(await history.prune()).toEqual([]);
    const names = (entries: readonly { readonly name: string }[]) => entries.map(({ name }) => name);
    expect(names(await history.prune({ totalBytes: 3_000, dryRun: true }))).toEqual(['rl.1']);
    expect(await history.list()).toHaveLength(3);
    expect(names(await history.prune({ totalBytes: 3_000 }))).toEqual(['rl.1']);
    await history.remove(['rl.2']);
    expect(names(await history.list())).toEqual(['rl.3']);
    expect(await thrownBy(() => history.remove(['rl.3', 'rl.9']))).toMatchObject({ code: 'not-found' });
    expect(names(await history.prune({ all: true }))).toEqual(['rl.3']);
    expect(await history.list()).toEqual([]);
  });

  test('a reader that has begun reads to the end of a log that is pruned meanwhile', async () => {
    const text = Array.from({ length: 5_000 }, (_, index) => `line ${index}\n`).join('');
    await archive('rl', 'a', { main: text });
    const lines: string[] = [];
    for await (const batch of history.logBatches('rl', [main])) {
      lines.push(...batch.map((line) => line.text));
      if (lines.length === batch.length) await history.prune({ all: true });
    }
    expect(lines).toHaveLength(5_000);
  });
});
