import { describe, expect } from 'vitest';
import { interfaceCommands } from '../../../../src/app/actions/command/interface-commands.ts';
import { runCommandLine } from '../../../../src/app/actions/command/run-command-line.ts';
import { test, twoExperiments } from '../../support/app-test.ts';
import { describedExperiment } from '../../support/statuses.ts';

describe('commands of the interface', () => {
  test.for([
    ['help', 'help'],
    ['backend', 'backends'],
    ['new', 'files'],
    ['experiments rl', 'processes'],
    ['rl', 'processes'],
  ])(':%s opens %s', async ([line = '', kind], { open }) => {
    const app = await open();
    await runCommandLine(app.context, line);
    expect(app.view().kind).toBe(kind);
  });

  test(':services shows the services of the selected experiment', async ({ open }) => {
    const app = await open();
    for (const snapshot of twoExperiments) {
      app.backend.descriptions.set(snapshot.experiment.name, describedExperiment(snapshot));
    }
    await runCommandLine(app.context, 'services');
    expect(app.view()).toMatchObject({ kind: 'services' });
  });

  test(':backend NAME says that there is no such backend', async ({ open }) => {
    const app = await open();
    await expect(runCommandLine(app.context, 'backend slurm')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('are left to symphony with an argument that they do not take', async ({ open }) => {
    const app = await open();
    for (const name of ['help', 'new', 'services', 'experiments']) {
      expect(await interfaceCommands[name]?.(app.context, 'nothing')).toBe(false);
    }
    expect(app.view().kind).toBe('experiments');
  });
});
