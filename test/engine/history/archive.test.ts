import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Archive, type PastExperiment } from '../../../src/engine/history/archive.ts';
import { History } from '../../../src/engine/history/history.ts';
import { historyFolder } from '../../../src/engine/history/history-folder.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

scratchFolder();
const main = { group: null, name: 'main' };
const past = (launchId: string): PastExperiment => ({
  experiment: 'rl',
  backend: 'local',
  launchId,
  how: 'deleted',
  notes: [],
});
const content = { starts: [[1, 0]] as [number, number][], times: [], dropped: 0 };

async function archive(launchId: string, text = 'hello\n') {
  const begun = await Archive.begin('rl');
  await begun.addLog(main, content, [Buffer.from(text)]);
  return begun.commit(past(launchId));
}

describe('an archive', () => {
  test('is in no list before it is complete, and leaves nothing when it is given up', async () => {
    const begun = await Archive.begin('rl');
    await begun.addLog(main, content, [Buffer.from('hello\n')]);
    expect(await new History().list()).toEqual([]);
    await begun.discard();
    expect(await readdir(historyFolder())).toEqual([]);
  });

  test('of each launch gets the next number', async () => {
    expect((await archive('a'))?.name).toBe('rl.1');
    expect((await archive('b'))?.name).toBe('rl.2');
    expect((await new History().list()).map(({ name }) => name)).toEqual(['rl.1', 'rl.2']);
  });

  test('of one launch is there once, whoever else archives it at the same time', async () => {
    const entries = await Promise.all(Array.from({ length: 8 }, () => archive('same')));
    expect(entries.filter((entry) => entry !== undefined)).toHaveLength(1);
    expect((await readdir(historyFolder())).filter((name) => !name.startsWith('.lock'))).toEqual(['rl.1']);
  });

  test('does not replace what stands at its name', async () => {
    await mkdir(join(historyFolder(), 'rl.1'), { recursive: true });
    await writeFile(join(historyFolder(), 'rl.1', 'entry.json'), 'garbage');
    expect((await archive('a'))?.name).toBe('rl.2');
    expect((await new History().list()).map(({ name }) => name)).toEqual(['rl.2']);
  });

  test('is for its owner alone', async () => {
    await archive('a');
    const folder = join(historyFolder(), 'rl.1');
    expect((await stat(historyFolder())).mode & 0o777).toBe(0o700);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  });

  test('fails with what its chunks throw', async () => {
    function* failing(): Generator<Uint8Array> {
      yield Buffer.from('some\n');
      throw new Error('no more');
    }
    const begun = await Archive.begin('rl');
    await expect(begun.addLog(main, content, failing())).rejects.toThrow('no more');
    await begun.discard();
  });
});
