import { describe, expect } from 'vitest';
import { currentTargets } from '../../../../src/app/shell/context/targets.ts';
import { test } from '../../support/app-test.ts';
import { anExperiment, aProcess } from '../../support/statuses.ts';

describe('the list of experiments', () => {
  test('opens the selected experiment', async ({ open }) => {
    const app = await open();
    await app.perform('down');
    await app.perform('open');
    expect(app.view()).toMatchObject({ kind: 'processes', experiment: 'other' });
  });

  test('without experiments says how to launch one, and enter shows the files', async ({ open }) => {
    const app = await open({ experiments: [] });
    expect(app.rows().join('\n')).toMatch(/No experiment runs on memory\./);
    await app.perform('open');
    expect(app.view().kind).toBe('files');
  });

  test('acts on the marked experiments, or else on the selected one, with all of their processes', async ({ open }) => {
    const app = await open();
    const chosen = () =>
      currentTargets(app.context).selections.map(({ experiment, processes }) => `${experiment} ${processes.length}`);
    expect(chosen()).toEqual(['rl 3']);
    await app.perform('mark-all');
    expect(chosen()).toEqual(['rl 3', 'other 1']);
    app.backend.tell({ type: 'deleted', name: 'rl' });
    await expect.poll(chosen).toEqual(['other 1']);
    await app.perform('clear-marks');
    expect(chosen()).toEqual(['other 1']);
  });

  test('jumps to the next experiment that needs attention, and around the end', async ({ open }) => {
    const failed = aProcess('main', { state: 'failed', ready: false, exitCode: 1 });
    const fine = aProcess('main');
    const names = { a: failed, b: fine, c: failed };
    const app = await open({
      experiments: Object.entries(names).map(([name, status]) => anExperiment(name, [status])),
    });
    const visited: (string | null | undefined)[] = [];
    for (const _ of [1, 2, 3]) {
      await app.perform('next-failed');
      visited.push(app.view().list?.cursor);
    }
    expect(visited).toEqual(['c', 'a', 'c']);
  });

  test('says that nothing failed', async ({ open }) => {
    const app = await open({ experiments: [anExperiment('fine', [aProcess('main')])] });
    await app.perform('next-failed');
    expect(app.told()).toEqual(['info: Nothing failed, and nothing waits for a restart.']);
  });

  test('sorts by one column after the other, and reverses', async ({ open }) => {
    const app = await open();
    const names = () =>
      app
        .rows()
        .slice(1)
        .map((row) => row.trim().split(/\s+/)[0]);
    expect(names()).toEqual(['rl', 'other']);
    await app.perform('sort');
    expect(app.view().list?.sort).toEqual({ column: 'name', descending: false });
    expect(names()).toEqual(['other', 'rl']);
    await app.perform('reverse');
    expect(names()).toEqual(['rl', 'other']);
  });
});
