import { describe, expect } from 'vitest';
import { currentTargets } from '../../../../src/app/shell/context/targets.ts';
import { openExperiment } from '../../../../src/app/views/processes/open-experiment.ts';
import { formatProcess } from '../../../../src/engine/contract/status.ts';
import { type OpenedApp, test } from '../../support/app-test.ts';

function chosen({ context }: OpenedApp) {
  const { selections, process: single, name } = currentTargets(context);
  return [selections.flatMap(({ processes }) => processes.map(formatProcess)), single?.name, name];
}

describe('the list of processes', () => {
  test('acts on the selected process, on all of a group, or on the marked ones', async ({ open }) => {
    const app = await open();
    openExperiment(app.context, 'rl');
    expect(chosen(app)).toEqual([['learner'], 'learner', undefined]);
    await app.perform('down');
    expect(chosen(app)).toEqual([['agents/agent-0', 'agents/agent-1'], undefined, 'agents']);
    await app.perform('mark');
    // A mark on a group marks its processes. Actions on a single process still take the selected one.
    expect(chosen(app)).toEqual([['agents/agent-0', 'agents/agent-1'], 'agent-0', undefined]);
    await app.perform('mark');
    expect(chosen(app)).toEqual([['agents/agent-1'], 'agent-1', undefined]);
  });

  test('enter opens a process, and hides or shows the processes of a group', async ({ open }) => {
    const app = await open();
    openExperiment(app.context, 'rl');
    await app.perform('down');
    await app.perform('open');
    expect(app.rows().slice(1)).toHaveLength(2);
    expect(app.rows()[2]).toMatch(/▸ agents/);
    await app.perform('open');
    expect(app.rows().slice(1)).toHaveLength(4);
    await app.perform('up');
    await app.perform('open');
    expect(app.view()).toMatchObject({ kind: 'process', process: { group: null, name: 'learner' } });
  });

  test('collapse hides the group of the selected process, and puts the cursor on its heading', async ({ open }) => {
    const app = await open();
    openExperiment(app.context, 'rl');
    await app.perform('bottom');
    await app.perform('collapse');
    expect(app.view().list?.cursor).toBe('agents/');
    await app.perform('expand');
    expect(app.rows().slice(1)).toHaveLength(4);
  });

  test('next-failed expands collapsed groups and finds the failed process', async ({ open }) => {
    const app = await open();
    openExperiment(app.context, 'rl');
    await app.perform('bottom');
    await app.perform('collapse');
    await app.perform('next-failed');
    expect(app.view().list?.cursor).toBe('agents/agent-1');
    const { store, context } = app;
    const state = store.getState();
    const view = app.view();
    expect(context.views.kindOf(view).status(state, view).left).toMatch(/agents\/agent-1: .*exit code 3/);
  });

  test('a filter puts the cursor on the process of that name, not on a heading', async ({ open }) => {
    const app = await open();
    openExperiment(app.context, 'rl');
    const filtering = app.perform('filter');
    const prompt = await app.asked('prompt');
    prompt.changed('agent-1');
    expect(app.view().list?.cursor).toBe('agents/agent-1');
    prompt.answer('agent-1');
    await filtering;
    expect(chosen(app)[0]).toEqual(['agents/agent-1']);
  });
});
