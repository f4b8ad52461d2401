import { expect } from 'vitest';
import { requireCapability } from '../../../src/engine/client/require-capability.ts';
import {
  cutMarker,
  type LeftOutLines,
  type LogOptions,
  longestLineBytes,
  maximumLineBytes,
} from '../../../src/engine/contract/logs.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';
import type { Trial } from '../support/lab.ts';

export function describeLogs(test: ContractTest, harness: ContractHarness): void {
  const givesBytes = harness.capabilities.includes('logBytes');
  const bytesTest = test.runIf(givesBytes);
  const restarts = !harness.refused.includes('restart');

  test('every line is there once, in order, from both outputs', async ({ lab }) => {
    const trial = await lab.run('i=0; while [ $i -lt 1000 ]; do echo "line $i"; i=$((i + 1)); done; echo end >&2');
    await trial.until('succeeded');
    const expected = [...Array.from({ length: 1000 }, (_, index) => `line ${index}`), 'end'];
    expect(await trial.texts()).toEqual(expected);
    expect(await trial.texts()).toEqual(expected);
    const [line] = await trial.logs(['main'], { tail: 1 });
    expect(line).toMatchObject({ group: null, name: 'main', run: 1, kind: 'line', text: 'end' });
  });

  test('tail gives the last lines', async ({ lab }) => {
    const trial = await lab.run('printf "a\\nb\\n\\nc\\nd"');
    await trial.until('succeeded');
    expect(await trial.texts('main', { tail: 0 })).toEqual([]);
    expect(await trial.texts('main', { tail: 1 })).toEqual(['d']);
    expect(await trial.texts('main', { tail: 3 })).toEqual(['', 'c', 'd']);
    expect(await trial.texts('main', { tail: 5 })).toEqual(['a', 'b', '', 'c', 'd']);
    expect(await trial.texts('main', { tail: 500 })).toEqual(['a', 'b', '', 'c', 'd']);
    expect(await trial.texts('main')).toEqual(['a', 'b', '', 'c', 'd']);
  });

  test.skipIf(harness.refused.includes('openLines'))('a line that has no end yet is the last one', async ({ lab }) => {
    const trial = await lab.run('echo one; printf "50%%\\r75%%"; exec sleep 600');
    await waitFor(async () => (await trial.texts()).length === 2, { timeout: lab.patience(15) });
    expect(await trial.texts()).toEqual(['one', '50%\r75%']);
    expect(await trial.texts('main', { tail: 1 })).toEqual(['50%\r75%']);
  });

  test('tail reports how many lines it leaves out, and nothing where it leaves out none', async ({ lab }) => {
    const count = 'i=0; while [ $i -lt 30 ]; do echo "line $i"; i=$((i + 1)); done';
    const trial = await lab.launch({
      processes: { main: { command: count }, quiet: { command: 'echo one; exec sleep 600' } },
    });
    await trial.until('succeeded');
    await trial.line(/one/, 'quiet');
    const processes = ['main', 'quiet'].map((name) => ({ group: null, name }));
    const leftOut = async (options: LogOptions) => {
      const left: LeftOutLines[] = [];
      const own = new AbortController();
      const read = { ...options, onLeftOut: (one: LeftOutLines) => void left.push(one), signal: own.signal };
      const last = new Set(['line 29', 'one']);
      for await (const batch of lab.cluster.logBatches(trial.name, processes, read)) {
        for (const { text } of batch) last.delete(text);
        if (last.size === 0) break;
      }
      expect(last.size).toBe(0);
      own.abort();
      return left.map(({ group, name, lines }) => ({ group, name, lines: lines ?? 29 }));
    };
    for (const follow of [false, true]) {
      expect(await leftOut({ follow, tail: 1 })).toEqual([{ group: null, name: 'main', lines: 29 }]);
      expect(await leftOut({ follow, tail: 30 })).toEqual([]);
      expect(await leftOut({ follow })).toEqual([]);
    }
  });

  test('a process that wrote nothing has no lines', async ({ lab }) => {
    const trial = await lab.launch({ processes: { main: { command: 'exit 0' }, quiet: { command: 'sleep 600' } } });
    await trial.until('succeeded');
    await trial.until('running', 'quiet');
    expect(await trial.logs()).toEqual([]);
    expect(await trial.logs(['quiet'], { tail: 10 })).toEqual([]);
  });

  test('timestamps and since, to the second', async ({ lab }) => {
    const program = `const say = (word) => console.log(word + ' ' + Date.now());
      say('first');
      setTimeout(say, 6000, 'second');
      setTimeout(say, 12000, 'third');`;
    const trial = await lab.run([harness.node, '-e', program]);
    await trial.until('succeeded', 'main', 40);
    const lines = await trial.logs(['main'], { timestamps: true });
    expect(lines.map(({ text }) => text.split(' ')[0])).toEqual(['first', 'second', 'third']);
    const written = lines.map(({ text }) => Number(text.split(' ')[1]));
    for (const [index, { time }] of lines.entries()) {
      const distances = written.map((own) => Math.abs(Date.parse(time ?? '') - own));
      expect(distances.indexOf(Math.min(...distances))).toBe(index);
    }
    const [start = 0, second = 0, third = 0] = written;
    const [before2, before3] = [(second - start) / 2, (second + third) / 2 - start];
    const words = async (options: LogOptions) => (await trial.texts('main', options)).map((text) => text.split(' ')[0]);
    const since = (offset: number) => words({ since: new Date(start + offset) });
    expect(await since(-10_000)).toEqual(['first', 'second', 'third']);
    expect(await since(before2)).toEqual(['second', 'third']);
    expect(await since(before3)).toEqual(['third']);
    expect(await since(60_000)).toEqual([]);
    expect(await words({ since: new Date(start + before2), tail: 1 })).toEqual(['third']);
    const until = (offset: number, options: LogOptions = {}) => words({ until: new Date(start + offset), ...options });
    expect(await until(-10_000)).toEqual([]);
    expect(await until(before2)).toEqual(['first']);
    expect(await until(before3)).toEqual(['first', 'second']);
    expect(await until(before3, { tail: 1 })).toEqual(['second']);
    expect(await until(before3, { since: new Date(start + before2), follow: true })).toEqual(['second']);
    expect(await until(60_000)).toEqual(['first', 'second', 'third']);
  });

  test('several processes are merged, each in its order', async ({ lab }) => {
    const count = 'i=0; while [ $i -lt 200 ]; do echo "$SYMPH_PROCESS $i"; i=$((i + 1)); done';
    const trial = await lab.launch({
      processes: { one: { command: count }, two: { command: count } },
      groups: { team: { processes: { one: { command: count } } } },
    });
    await trial.done();
    const lines = await trial.logs(['one', 'two', 'team/one']);
    expect(lines).toHaveLength(600);
    for (const [group, name] of [
      [null, 'one'],
      [null, 'two'],
      ['team', 'one'],
    ]) {
      const own = lines.filter((line) => line.group === group && line.name === name).map(({ text }) => text);
      expect(own).toEqual(Array.from({ length: 200 }, (_, index) => `${name} ${index}`));
    }
    expect(await trial.logs(['one', 'two'], { tail: 2 })).toHaveLength(4);
  });

  test.runIf(restarts)('the current run by default, the one before, or all', async ({ lab }) => {
    const counter = lab.file('log-runs');
    // Where the end of a run removes the log of the run before, the last run keeps running.
    const goesOn = harness.refused.includes('previousOfEnded');
    const command = `echo x >> ${counter}; echo "this is run $(wc -l < ${counter})"; test $(wc -l < ${counter}) -ge 3 ${goesOn ? '&& exec sleep 600' : ''}`;
    const trial = await lab.run(command, { restart: 'on-failure' });
    if (goesOn) await trial.until(({ state, restarts }) => state === 'running' && restarts === 2, 'main', 20);
    else await trial.until('succeeded', 'main', 20);
    expect((await trial.texts()).map(squeeze)).toEqual(['this is run 3']);
    expect((await trial.texts('main', { previous: true })).map(squeeze)).toEqual(['this is run 2']);
    const all = await trial.logs(['main'], { all: true });
    const lines = all.filter(({ kind }) => kind === 'line').slice(-2);
    expect(lines.map(({ run, text }) => [run, squeeze(text)])).toEqual([
      [2, 'this is run 2'],
      [3, 'this is run 3'],
    ]);
    const marker = all.slice(all.findIndex(({ run }) => run === 2)).find(({ kind }) => kind === 'restart');
    const next = marker?.run ?? 0;
    expect(marker?.text).toBe(`run ${next - 1} exited with code 1; run ${next} begins`);
  });

  test('there is no previous run of a first run', async ({ lab }) => {
    const trial = await lab.run('echo only');
    await trial.until('succeeded');
    expect(await trial.texts('main', { previous: true })).toEqual([]);
  });

  test('bytes that are not text arrive without affecting other lines', async ({ lab }) => {
    const trial = await lab.run(
      `printf 'before\\n\\377\\376\\000\\001\\200bin\\nüñ日🎼\\n50%%\\r100%%\\n\\033[31mred\\033[0m\\nafter\\n'`,
    );
    await trial.until('succeeded');
    const texts = await trial.texts();
    expect(texts).toHaveLength(6);
    expect(texts[0]).toBe('before');
    expect(texts[1]).toMatch(/\ufffd.*bin$/s);
    expect(texts.slice(2)).toEqual(['üñ日🎼', '50%\r100%', '\u001b[31mred\u001b[0m', 'after']);
  });

  test('a very long line is cut and marked, without affecting other lines', async ({ lab }) => {
    const program = `
      process.stdout.write('short\\n' + 'ab'.repeat(100_000) + '\\n' + '日'.repeat(50_000) + '\\nnext\\n' + 'x'.repeat(${maximumLineBytes}) + '\\nlast');`;
    const trial = await lab.run([harness.node, '-e', program]);
    await trial.until('succeeded');
    const texts = await trial.texts();
    expect(texts.map((text) => text.slice(0, 5))).toEqual(['short', 'ababa', '日日日日日', 'next', 'xxxxx', 'last']);
    for (const cut of texts.slice(1, 3)) {
      expect(cut.endsWith(cutMarker)).toBe(true);
      const kept = cut.slice(0, -cutMarker.length);
      expect(kept).not.toContain('\ufffd');
      expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(maximumLineBytes);
      expect(Buffer.byteLength(kept)).toBeGreaterThan(maximumLineBytes - 4);
    }
    expect(texts[4]).toBe('x'.repeat(maximumLineBytes));
    expect((await trial.texts('main', { tail: 2 })).map((text) => text.length)).toEqual([maximumLineBytes, 4]);
    expect((await trial.texts('main', { tail: 5 })).map((text) => text.slice(0, 2))).toEqual([
      'ab',
      '日日',
      'ne',
      'xx',
      'la',
    ]);
    const whole = { lineLimit: longestLineBytes };
    expect((await trial.texts('main', whole)).slice(1, 3)).toEqual(['ab'.repeat(100_000), '日'.repeat(50_000)]);
    expect(await trial.texts('main', { ...whole, tail: 4 })).toEqual([
      '日'.repeat(50_000),
      'next',
      'x'.repeat(maximumLineBytes),
      'last',
    ]);
    expect((await trial.texts('main', { lineLimit: 5 }))[3]).toBe('next');
    expect((await trial.texts('main', { lineLimit: 3 }))[3]).toBe(`nex${cutMarker}`);
  });

  bytesTest('the bytes of a process arrive unchanged', async ({ lab }) => {
    const written = 'before\\n\\377\\376\\000bin\\r\\n50%%\\r100%%\\033[2J\\nno end';
    const trial = await lab.run(`printf '${written}'`);
    await trial.until('succeeded');
    const bytes = Buffer.from('before\n\xff\xfe\0bin\r\n50%\r100%\x1b[2J\nno end', 'latin1');
    expect(await piecesOf(trial)).toEqual([bytes]);
    expect(await piecesOf(trial, { follow: true })).toEqual([bytes]);
    expect(await piecesOf(trial, { tail: 1 })).toEqual([Buffer.from('no end')]);
    expect(await piecesOf(trial, { tail: 0 })).toEqual([]);
  });

  test.runIf(givesBytes && restarts)('the bytes of several runs are separated by markers', async ({ lab }) => {
    const once = lab.file('bytes-once');
    const trial = await lab.run(`if test -f ${once}; then printf two; else touch ${once}; printf one; exit 9; fi`, {
      restart: 'on-failure',
    });
    const all = [Buffer.from('one\n'), 'restart', Buffer.from('two')];
    expect(await piecesOf(trial, { follow: true })).toEqual(all);
    expect(await piecesOf(trial, { all: true })).toEqual(all);
    expect(await piecesOf(trial)).toEqual([Buffer.from('two')]);
    expect(await piecesOf(trial, { previous: true })).toEqual([Buffer.from('one')]);
  });

  test.runIf(givesBytes && !harness.refused.includes('tty'))('the bytes of a terminal are lines', async ({ lab }) => {
    const trial = await lab.run('echo one; echo two', { tty: true });
    await trial.until('succeeded');
    expect(await piecesOf(trial, { follow: true })).toEqual([Buffer.from('one\ntwo\n')]);
  });

  test('logs of an unknown process are not found', async ({ lab }) => {
    const trial = await lab.run('echo here');
    await expect(trial.logs(['elsewhere'])).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('elsewhere'),
    });
  });
}

/** The bytes between two markers as one buffer, and of each marker only its kind. */
async function piecesOf(trial: Trial, options: LogOptions = {}): Promise<(Buffer | string)[]> {
  const pieces: (Buffer | string)[] = [];
  const { logBytes } = requireCapability(trial.cluster, 'logBytes');
  for await (const piece of logBytes(trial.name, { group: null, name: 'main' }, options)) {
    const last = pieces.at(-1);
    if (!(piece instanceof Uint8Array)) pieces.push(piece.kind);
    else if (last instanceof Buffer) pieces.push(Buffer.concat([pieces.pop() as Buffer, piece]));
    else pieces.push(Buffer.from(piece));
  }
  return pieces;
}

/** `wc` pads its numbers on some systems. */
function squeeze(text: string): string {
  return text.replace(/ +/g, ' ');
}
