import { writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { requireCapability } from '../../../src/engine/client/require-capability.ts';
import { cutStatesMarker, type LogLine, longestLineBytes } from '../../../src/engine/contract/logs.ts';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';
import { logsOf } from '../support/lab.ts';

const main = { group: null, name: 'main' };

export function describeFollowing(test: ContractTest, harness: ContractHarness): void {
  const openTest = test.skipIf(harness.refused.includes('openLines'));

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

  openTest('the state of a line arrives before its end, and the whole line in its place', async ({ lab }) => {
    const asked = (number: number) => lab.file(`follow-open-${number}`);
    const until = (number: number) => `until test -f ${asked(number)}; do sleep 0.1; done`;
    const command = `printf '\\r1'; ${until(1)}; printf '\\r2'; ${until(2)}; echo; printf '3'; ${until(3)}; printf 4`;
    const trial = await lab.run(command);
    const seen: string[][] = [];
    for await (const line of logsOf(lab.cluster, trial.name, [main], { follow: true, openLines: true })) {
      seen.push([line.kind, line.text]);
      const answer = ['\r1', '\r2', '3'].indexOf(line.text) + 1;
      if (line.kind === 'open' && answer > 0) await writeFile(asked(answer), '');
    }
    // The last state may come before the process has ended.
    expect(seen.filter(([kind, text]) => kind !== 'open' || text !== '34')).toEqual([
      ['open', '\r1'],
      ['open', '\r2'],
      ['line', '\r1\r2'],
      ['open', '3'],
      ['line', '34'],
    ]);
  });

  openTest('each process has an open line of its own', async ({ lab }) => {
    const [end, names] = [lab.file('follow-own-end'), ['one', 'two']];
    const draw = (name: string) => `printf '${name} 1\\r${name} 2'; until test -f ${end}; do sleep 0.1; done`;
    const trial = await lab.launch({ processes: { one: { command: draw('one') }, two: { command: draw('two') } } });
    const processes = names.map((name) => ({ group: null, name }));
    const open = new Map<string, string>();
    const whole = new Map<string, string>();
    for await (const { kind, name, text } of logsOf(lab.cluster, trial.name, processes, {
      follow: true,
      openLines: true,
    })) {
      if (kind === 'open') open.set(name, text);
      else whole.set(name, text);
      if (open.get('one') === '\rone 2' && open.get('two') === '\rtwo 2') await writeFile(end, '');
    }
    expect(Object.fromEntries(open)).toEqual({ one: '\rone 2', two: '\rtwo 2' });
    expect(Object.fromEntries(whole)).toEqual({ one: 'one 1\rone 2', two: 'two 1\rtwo 2' });
  });

  test('the last line of a process that has ended arrives while others go on', async ({ lab }) => {
    const trial = await lab.launch({
      processes: { main: { command: 'printf "no end"' }, other: { command: 'exec sleep 600' } },
    });
    const processes = ['main', 'other'].map((name) => ({ group: null, name }));
    const lines = logsOf(lab.cluster, trial.name, processes, { follow: true });
    expect((await lines.next()).value).toMatchObject({ name: 'main', kind: 'line', text: 'no end' });
    await lines.return(undefined);
  });

  test('a line that is overwritten for long is reduced to its newest state', async ({ lab }) => {
    const program = `let text = ''; for (let step = 0; step <= 30_000; step += 1) text += '\\rstep ' + step; process.stdout.write(text);`;
    const trial = await lab.run([harness.node, '-e', program]);
    const reduced = [`${cutStatesMarker}step 30000`];
    expect(await trial.texts('main', { follow: true })).toEqual(reduced);
    expect(await trial.texts('main', { tail: 1 })).toEqual(reduced);
    const [whole] = await trial.texts('main', { lineLimit: longestLineBytes });
    expect(whole?.split('\r').slice(1)).toEqual(Array.from({ length: 30_001 }, (_, step) => `step ${step}`));
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
