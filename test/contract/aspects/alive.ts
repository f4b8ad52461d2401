import { basename } from 'node:path';
import { expect } from 'vitest';
import type { ProcessStatus } from '../../../src/engine/contract/status.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';

export function describeAlive(test: ContractTest, harness: ContractHarness): void {
  const refused = new Set(harness.refused);
  const checked = test.skipIf(refused.has('alive'));
  const restarted = test.skipIf(refused.has('alive') || refused.has('restart'));

  // Where only whole lines are seen, only they are output.
  const write = refused.has('openLines') ? 'echo .' : 'printf .';

  test.skipIf(!refused.has('alive'))('it is refused, with its place', async ({ lab }) => {
    const launch = lab.launch({ processes: { main: { command: 'true', alive: { command: 'true' } } } });
    const message = expect.stringContaining('processes.main.alive');
    await expect(launch).rejects.toMatchObject({ code: 'invalid-spec', message });
  });

  checked(
    'a process that writes nothing for too long is ended as failed, and one that writes is not',
    async ({ lab }) => {
      const trial = await lab.launch({
        processes: {
          main: { command: 'echo begun; sleep 600', alive: { silence: 3 } },
          stubborn: { command: `trap '' TERM; while :; do sleep 1; done`, alive: { silence: 3 }, stop: { timeout: 1 } },
          busy: { command: `while :; do ${write}; sleep 0.2; done`, alive: { silence: 3 } },
        },
      });
      const main = await trial.until('failed');
      expect(main).toMatchObject({ ready: false, reason: 'wrote nothing for 3s' });
      expect(Date.parse(main.finishedAt ?? '') - Date.parse(main.startedAt ?? '')).toBeGreaterThanOrEqual(2_900);
      expect(await trial.until('failed', 'stubborn')).toMatchObject({
        ...(refused.has('exitOfStopped') ? {} : { signal: 'SIGKILL' }),
        reason: 'wrote nothing for 3s',
      });
      expect(await trial.process('busy')).toMatchObject({ state: 'running', restarts: 0 });
      expect(await trial.texts()).toEqual(['begun']);
    },
  );

  test.skipIf(refused.has('alive') || refused.has('tty'))(
    'a silent process with a terminal is ended as failed',
    async ({ lab }) => {
      const trial = await lab.run('echo begun; sleep 600', { tty: true, alive: { silence: 2 } });
      expect(await trial.until('failed')).toMatchObject({ reason: 'wrote nothing for 2s' });
    },
  );

  test.skipIf(refused.has('alive') || refused.has('maxRestarts'))(
    'a silent process is started again by its policy, as often as that allows',
    async ({ lab }) => {
      const limits = { restart: 'on-failure', maxRestarts: 1, alive: { silence: 2 } } as const;
      const trial = await lab.run('echo run; sleep 600', limits);
      const { restarts, reason } = await trial.until('failed', 'main', 30);
      expect(restarts).toBe(1);
      expect(reason).toBe('wrote nothing for 2s; not started again after 1 restart');
      const [main] = (await lab.cluster.describeExperiment(trial.name)).members;
      expect(main?.runs).toMatchObject([
        { run: 1, reason: 'wrote nothing for 2s' },
        { run: 2, reason: 'wrote nothing for 2s' },
      ]);
    },
  );

  restarted('a process whose check fails too often in a row is started again by its policy', async ({ lab }) => {
    const file = lab.file('alive');
    const trial = await lab.run(`touch ${file}-$SYMPH_ID; echo run; sleep 600`, {
      restart: 'on-failure',
      startDir: lab.open.scratch,
      alive: { command: `test -f ${basename(file)}-$SYMPH_ID`, every: 1, failures: 3 },
    });
    await trial.until('running');
    // The file may appear only a moment after the process runs.
    const remover = await lab.run(`until rm ${file}-*; do sleep 0.1; done`);
    await remover.until('succeeded');
    await trial.until(({ state, restarts }) => state === 'running' && restarts === 1, 'main', 30);
    const firstReason = async () => {
      const [main] = (await lab.cluster.describeExperiment(trial.name)).members;
      return main?.runs.find(({ run }) => run === 1)?.reason;
    };
    // A cluster may tell why only a while after it has told that.
    const why = /its check failed 3 times in a row.*exit code \d/;
    await waitFor(async () => why.test((await firstReason()) ?? ''), {
      timeout: lab.patience(30),
      what: 'the reason of the first run',
    });
  });

  checked('a process whose check fails and that is never restarted has failed', async ({ lab }) => {
    // It ends well on its signal, and has hung nevertheless.
    const command = `trap 'exit 0' TERM; echo begun; while :; do sleep 0.1; done`;
    const trial = await lab.run(command, { alive: { command: ['false'], every: 1, failures: 1 } });
    const hasFailed = ({ state, reason }: ProcessStatus) => state === 'failed' && /its check failed/.test(reason ?? '');
    expect(await trial.until(hasFailed, 'main', 30)).toMatchObject({ restarts: 0 });
    expect(await trial.texts()).toContain('begun');
  });

  checked('a service is checked from the moment it was ready, and must accept connections', async ({ lab }) => {
    const program = `
      const server = require('net').createServer((socket) => socket.on('error', () => {}).end());
      const begin = () => server.listen(process.env.SYMPH_REPLAY_PORT, process.env.SYMPH_REPLAY_HOST);
      setTimeout(begin, 3000);
      setInterval(() => { if (require('fs').existsSync(process.argv[1])) server.close(); }, 100);`;
    const command = [harness.node, '-e', program, lab.file('deaf')];
    const alive = { service: 'replay', every: 1, failures: 2 };
    const trial = await lab.run(command, { bind: { replay: null }, alive });
    await trial.until('running', 'main', 30);
    const deafen = await lab.run(`sleep 3; touch ${lab.file('deaf')}`);
    await deafen.until('succeeded');
    // A cluster may tell why only a moment after it has told that.
    const why = /service replay did not accept connections 2 times in a row/;
    await trial.until(({ state, reason }) => state === 'failed' && why.test(reason ?? ''), 'main', 30);
  });
}
