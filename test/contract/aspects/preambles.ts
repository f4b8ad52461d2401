import { expect } from 'vitest';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';

export function describePreambles(test: ContractTest, harness: ContractHarness): void {
  test('a process is not ready while its preamble runs', async ({ lab }) => {
    const open = `${lab.open.scratch}/open-${Date.now()}`;
    const preamble = ['export A=1', `until [ -e ${open} ]; do sleep 0.2; done`];
    const trial = await lab.launch({
      processes: { slow: { command: 'exec sleep 600', preamble } },
      groups: { g: { preamble: ['export B=2'], processes: { quick: { command: 'echo "$B"; exec sleep 600' } } } },
    });
    const waiting = await trial.until(({ state, reason }) => state === 'starting' && reason !== undefined, 'slow');
    expect(waiting).toMatchObject({ ready: false, reason: expect.stringMatching(/^its preamble has not ended yet/) });
    await trial.until(({ ready }) => ready, 'g/quick');
    expect(await trial.line(/./, 'g/quick')).toBe('2');
    expect((await trial.process('slow')).ready).toBe(false);
  });

  test('a preamble that fails is a failure of the process, with the step that failed', async ({ lab }) => {
    const trial = await lab.launch({
      processes: {
        main: { command: 'echo never; exec sleep 600', preamble: ['echo first', 'sh -c "exit 3"', 'echo third'] },
        other: { command: ['sleep', '600'], preamble: ['false'] },
      },
    });
    const error = await lab.cluster.wait(trial.name, { for: 'ready', timeout: 60 * harness.slowness }).then(
      () => new Error('it was ready'),
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({ code: 'failed', message: expect.stringContaining('its preamble failed') });
    await trial.done();
    expect(await trial.process('main')).toMatchObject({
      state: 'failed',
      exitCode: 3,
      ready: false,
      reason: 'its preamble failed: exit code 3; it ended in step 2 of 3: sh -c "exit 3"',
    });
    expect((await trial.process('other')).reason).toBe('its preamble failed: exit code 1; it ended in false');
    expect(await trial.texts()).toEqual(['first']);
  });

  test('the plan warns of commands that not every shell knows, with their place', ({ lab }) => {
    const preamble = ['source venv/bin/activate'];
    const main = { command: '[[ -f x ]]', preamble };
    const warnings = (draft: object) =>
      lab.cluster
        .plan(lab.spec({ processes: { main }, ...draft }))
        .notes.flatMap(({ verdict, path }) => (verdict === 'warning' ? [path] : []));
    expect(warnings({})).toEqual(['processes.main.preamble[0]', 'processes.main.command']);
    expect(warnings({ shell: ['bash'] })).toEqual([]);
  });

  test('a process whose preamble was over fails by itself', async ({ lab }) => {
    const trial = await lab.run('exit 4', { preamble: ['true'] });
    await trial.done();
    expect(await trial.process()).toMatchObject({ state: 'failed', exitCode: 4, reason: 'exit code 4' });
  });

  test('the preamble and a command that is a string run in the shell of the process', async ({ lab }) => {
    const fields = { preamble: ['case $- in *u*) P=yes;; esac'], command: 'case $- in *u*) echo "$P yes";; esac' };
    const trial = await lab.launch({
      shell: ['/bin/sh', '-u'],
      processes: {
        main: fields,
        own: { ...fields, shell: ['/bin/sh'], preamble: ['P=none'], command: 'echo "$P"' },
        argv: { command: ['/bin/sh', '-c', 'echo "${UNSET}none"'] },
      },
    });
    await trial.done();
    expect(await trial.texts()).toEqual(['yes yes']);
    expect(await trial.texts('own')).toEqual(['none']);
    expect(await trial.texts('argv')).toEqual(['none']);
  });
}
