import { writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { requireCapability } from '../../../src/engine/client/cluster.ts';
import type { LogLine } from '../../../src/engine/contract/logs.ts';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';
import { logsOf } from '../support/lab.ts';

const main = { group: null, name: 'main' };

export function describeFollowing(test: ContractTest, harness: ContractHarness): void {
  test('following ends after the last line, even one without a line end', async ({ lab }) => {
    const command = 'i=0; while [ $i -lt 8 ]; do echo "step $i"; sleep 0.1; i=$((i + 1)); done; printf "the end"';
    const trial = await lab.run(command);
    const lines = await trial.texts('main', { follow: true });
    expect(lines).toEqual([...Array.from({ length: 8 }, (_, index) => `step ${index}`), 'the end']);
    expect((await trial.process()).state).toBe('succeeded');
  });

  test('a line arrives before the next one is written', async ({ lab }) => {
    const asked = (number: number) => lab.file(`follow-asked-${number}`);
    const answer = (number: number) => `until test -f ${asked(number)}; do sleep 0.1; done; echo ${number};`;
    const trial = await lab.run(`echo 0; ${[1, 2, 3].map(answer).join(' ')} exec sleep 600`);
    const seen: string[] = [];
    for await (const { text } of logsOf(lab.cluster, trial.name, [main], { follow: true })) {
      seen.push(text);
      if (seen.length === 4) break;
      await writeFile(asked(seen.length), '');
    }
    expect(seen).toEqual(['0', '1', '2', '3']);
  });

  test('closing the cluster ends following without an error', async ({ lab }) => {
    const trial = await lab.run('echo here; exec sleep 600');
    const other = await lab.open.connect();
    const lines: string[] = [];
    for await (const { text } of logsOf(other, trial.name, [main], { follow: true })) {
      lines.push(text);
      await other.close();
    }
    expect(lines).toEqual(['here']);
  });

  test('a line that is written in pieces arrives once, whole', async ({ lab }) => {
    const trial = await lab.run('printf one; sleep 1; printf " two"; sleep 1; echo " three"');
    expect(await trial.texts('main', { follow: true })).toEqual(['one two three']);
  });

  test('tail: 0 gives only new lines, tail: n also the last n before them', async ({ lab }) => {
    const command = 'i=0; while :; do echo $i; i=$((i + 1)); sleep 0.2; done';
    const trial = await lab.run(command);
    await trial.line(/^5$/);
    const first = async (tail: number, count: number) => {
      const last = Number((await trial.texts('main', { tail: 1 }))[0]);
      const numbers: number[] = [];
      for await (const { text } of logsOf(lab.cluster, trial.name, [main], { follow: true, tail })) {
        if (numbers.push(Number(text)) === count) break;
      }
      return { last, numbers, following: numbers.map((number) => number - (numbers[0] ?? 0)) };
    };
    const none = await first(0, 2);
    expect(none.numbers[0]).toBeGreaterThan(none.last);
    expect(none.following).toEqual([0, 1]);
    const three = await first(3, 5);
    expect(three.numbers[0]).toBeGreaterThanOrEqual(three.last - 2);
    expect(three.following).toEqual([0, 1, 2, 3, 4]);
  });

  test('an abort ends following without an error', async ({ lab }) => {
    const trial = await lab.run('echo here; sleep 600');
    const controller = new AbortController();
    const lines = logsOf(lab.cluster, trial.name, [main], { follow: true, signal: controller.signal });
    expect((await lines.next()).value).toMatchObject({ text: 'here' });
    const next = lines.next();
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  test.skipIf(harness.refused.includes('restart'))(
    'following continues across restarts, with a marker between the runs',
    async ({ lab }) => {
      const [once, read] = [lab.file('follow-once'), lab.file('follow-read')];
      // Following begins with the current run, so the first run lasts until it is followed.
      const first = `touch ${once}; echo first; until test -f ${read}; do sleep 0.1; done; exit 9`;
      const trial = await lab.run(`if test -f ${once}; then echo second; else ${first}; fi`, { restart: 'on-failure' });
      const lines: LogLine[] = [];
      for await (const line of logsOf(lab.cluster, trial.name, [main], { follow: true })) {
        if (lines.push(line) === 1) await writeFile(read, '');
      }
      expect(lines.map(({ kind, run, text }) => (kind === 'line' ? [run, text] : [kind]))).toEqual([
        [1, 'first'],
        ['restart'],
        [2, 'second'],
      ]);
      expect(lines[1]?.text).toBe('run 1 exited with code 9; run 2 begins');
    },
  );

  test.skipIf(!harness.capabilities.includes('restart'))(
    'following continues across a manual restart',
    async ({ lab }) => {
      const trial = await lab.run('echo "here I am"; sleep 600');
      const seen: string[] = [];
      for await (const { kind, text } of logsOf(lab.cluster, trial.name, [main], { follow: true })) {
        seen.push(kind === 'line' ? text : kind);
        if (seen.length === 1) await requireCapability(lab.cluster, 'restart').restart(trial.name, [main]);
        if (seen.length === 3) break;
      }
      expect(seen).toEqual(['here I am', 'restart', 'here I am']);
    },
  );

  test('several processes are followed until the last of them ends', async ({ lab }) => {
    const trial = await lab.launch({
      processes: { short: { command: 'echo from short' }, long: { command: 'sleep 1.5; echo from long' } },
    });
    const lines = await trial.logs(['short', 'long'], { follow: true });
    expect(lines.map(({ name, text }) => `${name}: ${text}`)).toEqual(['short: from short', 'long: from long']);
  });

  test('following ends when the experiment is deleted', async ({ lab }) => {
    const trial = await lab.run('echo here; sleep 600');
    const lines = logsOf(lab.cluster, trial.name, [main], { follow: true });
    expect((await lines.next()).value).toMatchObject({ text: 'here' });
    const next = lines.next();
    await lab.cluster.delete(trial.name);
    expect(await next).toEqual({ done: true, value: undefined });
  });

  test('two followers each get every line', async ({ lab }) => {
    const trial = await lab.run(
      'i=0; while [ $i -lt 500 ]; do echo "line $i"; i=$((i + 1)); done; sleep 0.5; echo end',
    );
    const other = await lab.open.connect();
    const follow = (cluster: typeof other) => Array.fromAsync(logsOf(cluster, trial.name, [main], { follow: true }));
    const [here, there] = await Promise.all([follow(lab.cluster), follow(other)]);
    expect(here.map(({ text }) => text)).toEqual([
      ...Array.from({ length: 500 }, (_, index) => `line ${index}`),
      'end',
    ]);
    expect(there).toEqual(here);
    await other.close();
  });
}
