import { describe, expect } from 'vitest';
import { runCommandLine } from '../../../../src/app/actions/command/run-command-line.ts';
import { openExperiment } from '../../../../src/app/views/processes/open-experiment.ts';
import { formatProcess, type ProcessReference } from '../../../../src/engine/contract/status.ts';
import { test } from '../../support/app-test.ts';

describe('a command line', () => {
  test('runs a command of symphony on what the screen shows, and shows a short output in a toast', async ({ open }) => {
    const app = await open();
    openExperiment(app.context, 'rl');
    await runCommandLine(app.context, 'wait');
    expect(app.told()).toEqual(['good: ran --backend memory --experiment rl wait']);
  });

  test('shows a long output, and an exit code, in a view', async ({ open }) => {
    const runCommand = async () => ({ exitCode: 2, output: 'one\ntwo\n', leftOut: 7 });
    const app = await open({ options: { runCommand } });
    await runCommandLine(app.context, 'config');
    expect(app.view()).toMatchObject({ kind: 'output', title: ':config' });
    expect(app.rows()).toEqual(['↑ 7 earlier characters were not kept', 'one', 'two', '', '── exit code 2 ──']);
  });

  test('hands the terminal over to a command that needs one', async ({ open }) => {
    const ran: string[] = [];
    const app = await open({
      options: {
        async runCommand(words, { terminal }) {
          ran.push(`${words.join(' ')} ${terminal}`);
          return { exitCode: 0, output: '', leftOut: 0 };
        },
      },
      terminal: { handOver: (run) => run({ stdin: process.stdin, stdout: process.stdout, stderr: process.stderr }) },
    });
    openExperiment(app.context, 'rl');
    await runCommandLine(app.context, 'ssh learner');
    expect(ran).toEqual(['--backend memory --experiment rl ssh learner true']);
  });

  test('opens logs here, with the options of the command', async ({ open }) => {
    const app = await open();
    openExperiment(app.context, 'rl');
    await runCommandLine(app.context, 'logs agents --grep boom --timestamps');
    expect(app.view()).toMatchObject({
      kind: 'logs',
      title: '2 processes',
      timestamps: true,
      session: { filter: { source: 'boom' } },
    });
  });

  test('opens the logs of another experiment that the last word names', async ({ open }) => {
    const app = await open();
    openExperiment(app.context, 'rl');
    await runCommandLine(app.context, 'logs rl');
    expect(app.view()).toMatchObject({ kind: 'logs', title: 'all', session: { source: { experiment: 'rl' } } });
    await expect(runCommandLine(app.context, 'logs rl -e rl')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('stops what it names, with the question of the key', async ({ open }) => {
    const stopped: string[] = [];
    const stop = async (experiment: string, processes: readonly ProcessReference[]) => {
      stopped.push(`${experiment} ${processes.map(formatProcess).join(' ')}`);
    };
    const app = await open({ capabilities: { stop: { stop } } });
    openExperiment(app.context, 'rl');
    const stopping = runCommandLine(app.context, 'stop agent-1');
    (await app.asked('confirm')).answer(true);
    await stopping;
    expect(stopped).toEqual(['rl agents/agent-1']);
  });

  test('deletes experiments by pattern without a question if forced', async ({ open }) => {
    const app = await open();
    await runCommandLine(app.context, 'delete-batch "o*" --force');
    expect(app.backend.deleted).toEqual(['other']);
    await expect(runCommandLine(app.context, 'delete-batch nothing --force')).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('is refused as the command would refuse it', async ({ open }) => {
    const app = await open();
    await expect(runCommandLine(app.context, 'lanch x')).rejects.toMatchObject({ code: 'usage' });
  });
});
