import { describe, expect } from 'vitest';
import { openExperiment } from '../../../../src/app/views/processes/open-experiment.ts';
import { formatProcess, type ProcessReference } from '../../../../src/engine/contract/status.ts';
import { test, twoExperiments } from '../../support/app-test.ts';
import { anExperiment } from '../../support/statuses.ts';

/** Capabilities that note what they are asked to do: `stop rl agents/agent-0`. */
function recorder() {
  const done: string[] = [];
  const note = (verb: string) => async (experiment: string, processes: readonly ProcessReference[]) => {
    done.push(`${verb} ${experiment} ${processes.map(formatProcess).join(' ')}`);
  };
  return { done, capabilities: { stop: { stop: note('stop') }, restart: { restart: note('restart') } } };
}

describe('stop', () => {
  test('asks, names the processes, and stops those of the selected row', async ({ open }) => {
    const { done, capabilities } = recorder();
    const app = await open({ capabilities });
    openExperiment(app.context, 'rl');
    await app.perform('down');
    const stopping = app.perform('stop');
    const question = await app.asked('confirm');
    expect(question).toMatchObject({ title: 'Stop 2 processes of rl?', verb: 'stop', choice: 'no' });
    expect(question.lines).toEqual([
      '  agents/agent-0',
      '  agents/agent-1',
      '',
      'Running: 1 of them. A stopped process is not restarted automatically.',
      'rl on memory.',
    ]);
    question.answer(true);
    await stopping;
    expect(done).toEqual(['stop rl agents/agent-0 agents/agent-1']);
    expect(app.told()).toEqual(['good: Stopped 2 processes of rl.']);
  });

  test('does nothing if the answer is no', async ({ open }) => {
    const { done, capabilities } = recorder();
    const app = await open({ capabilities });
    openExperiment(app.context, 'rl');
    const stopping = app.perform('stop');
    (await app.asked('confirm')).answer(false);
    await stopping;
    expect([done, app.told()]).toEqual([[], []]);
  });

  test('applies to the marked processes, and removes the marks', async ({ open }) => {
    const { done, capabilities } = recorder();
    const app = await open({ capabilities });
    openExperiment(app.context, 'rl');
    await app.perform('mark');
    await app.perform('bottom');
    await app.perform('mark');
    expect([...(app.view().list?.marked ?? [])]).toEqual(['learner', 'agents/agent-1']);
    const stopping = app.perform('stop');
    (await app.asked('confirm')).answer(true);
    await stopping;
    expect(done).toEqual(['stop rl learner agents/agent-1']);
    expect(app.view().list?.marked.size).toBe(0);
  });

  test('says what the backend cannot do, and asks nothing', async ({ open }) => {
    const app = await open();
    openExperiment(app.context, 'rl');
    await app.perform('stop');
    expect(app.told()).toEqual(['error: The memory backend cannot stop.']);
    expect(app.store.getState().overlays).toEqual([]);
  });

  test('says that there is nothing to stop', async ({ open }) => {
    const app = await open({ experiments: [anExperiment('empty', [])], capabilities: recorder().capabilities });
    openExperiment(app.context, 'empty');
    await app.perform('stop');
    expect(app.told()).toEqual(['error: There is nothing to stop in empty.']);
  });
});

describe('restart', () => {
  test('restarts all processes of each marked experiment from the list of experiments', async ({ open }) => {
    const { done, capabilities } = recorder();
    const app = await open({ capabilities, experiments: twoExperiments });
    await app.perform('mark-all');
    const restarting = app.perform('restart');
    const question = await app.asked('confirm');
    expect(question.title).toBe('Restart 4 processes of 2 experiments?');
    expect(question.lines).toContain('  other: main');
    expect(question.lines).toContain('Running, and stopped first: 3 of them.');
    question.answer(true);
    await restarting;
    expect(done.sort()).toEqual(['restart other main', 'restart rl learner agents/agent-0 agents/agent-1']);
  });
});
