import { describe, expect } from 'vitest';
import { openExperiment } from '../../../../src/app/views/processes/open-experiment.ts';
import { test } from '../../support/app-test.ts';
import { logLine } from '../../support/log-lines.ts';
import { anExperiment, aProcess } from '../../support/statuses.ts';

describe('logs', () => {
  test.for([
    ['the selected process', [], 'learner'],
    ['the selected group', ['down'], 'agents'],
    ['the marked processes', ['down', 'mark'], '2 processes'],
  ] as const)('of %s', async ([, moves, title], { open }) => {
    const app = await open();
    openExperiment(app.context, 'rl');
    for (const move of moves) await app.perform(move);
    await app.perform('logs');
    expect(app.view()).toMatchObject({ kind: 'logs', experiment: 'rl', title });
  });

  test('of an experiment are those of all of its processes', async ({ open }) => {
    const app = await open();
    await app.perform('logs');
    expect(app.view()).toMatchObject({ kind: 'logs', title: 'all' });
    await app.perform('back');
    await app.perform('down');
    await app.perform('logs');
    expect(app.view()).toMatchObject({ kind: 'logs', experiment: 'other', title: 'main' });
  });

  test('of every process, from one of them', async ({ open }) => {
    const app = await open();
    openExperiment(app.context, 'rl');
    await app.perform('logs-all');
    expect(app.view()).toMatchObject({ kind: 'logs', title: 'all' });
  });

  test('of the previous run, and back to those of the current run', async ({ open }) => {
    const restarted = aProcess('main', { restarts: 2 });
    const app = await open({ experiments: [anExperiment('rl', [restarted])] });
    openExperiment(app.context, 'rl');
    await app.perform('logs-previous');
    expect(app.view()).toMatchObject({ title: 'main, previous run', session: { source: { previous: true } } });
    await app.perform('logs-previous');
    expect(app.view()).toMatchObject({ title: 'main', session: { source: { previous: false } } });
    expect(app.store.getState().views).toHaveLength(3);
  });

  test('of a previous run that does not exist are refused, in a log too', async ({ open }) => {
    const app = await open();
    openExperiment(app.context, 'rl');
    await app.perform('logs-previous');
    await app.perform('logs');
    await app.perform('logs-previous');
    expect(app.told()).toEqual(['error: learner has no previous run.', 'error: learner has no previous run.']);
    expect(app.view()).toMatchObject({ kind: 'logs', title: 'learner' });
  });
});

test('esc ends the search, then the filter, then the time range, then the log', async ({ open }) => {
  const app = await open();
  app.backend.logLines = [logLine('one', 'learner'), logLine('two', 'learner')];
  openExperiment(app.context, 'rl');
  await app.perform('logs');
  for (const [action, text] of [
    ['time-range', '5m'],
    ['filter-lines', 'o'],
    ['search', 'tw'],
  ] as const) {
    const asking = app.perform(action);
    const prompt = await app.asked('prompt');
    prompt.answer(text);
    await asking;
  }
  const session = () => {
    const view = app.view();
    const { search, filter, range } = view.session as unknown as Record<string, { source: string } | undefined>;
    return [search?.source, filter?.source, range?.source];
  };
  expect(session()).toEqual(['tw', 'o', '5m']);
  await app.perform('back');
  expect(session()).toEqual([undefined, 'o', '5m']);
  await app.perform('back');
  expect(session()).toEqual([undefined, undefined, '5m']);
  await app.perform('back');
  expect(session()).toEqual([undefined, undefined, undefined]);
  await app.perform('back');
  expect(app.view().kind).toBe('processes');
});
