import { expect } from 'vitest';
import { openExperiment } from '../../../../src/app/views/processes/open-experiment.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { test } from '../../support/app-test.ts';

test('ends one thing at a time: problems, the filter, the marks, the view', async ({ open }) => {
  const app = await open();
  openExperiment(app.context, 'rl');
  await app.perform('mark');
  const filtering = app.perform('filter');
  const prompt = await app.asked('prompt');
  prompt.changed('agent');
  prompt.answer('agent');
  await filtering;
  app.context.notify.warning('Look out.');
  const left = () => {
    const { list, kind } = app.view();
    return [app.store.getState().toasts.length, list?.filter, list?.marked.size, kind];
  };
  expect(left()).toEqual([1, 'agent', 1, 'processes']);
  await app.perform('back');
  expect(left()).toEqual([0, 'agent', 1, 'processes']);
  await app.perform('back');
  expect(left()).toEqual([0, '', 1, 'processes']);
  await app.perform('back');
  expect(left()).toEqual([0, '', 0, 'processes']);
  await app.perform('back');
  expect(left()).toEqual([0, '', 0, 'experiments']);
  await app.perform('back');
  expect(app.view().kind).toBe('experiments');
});

test('cancels a running activity before anything else', async ({ open }) => {
  const app = await open();
  openExperiment(app.context, 'rl');
  const waiting = app.context.notify.during('waiting', ({ signal }) => {
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    return promise;
  });
  await waitFor(() => app.store.getState().activities.size === 1);
  await app.perform('back');
  expect(await waiting).toBeUndefined();
  expect(app.view().kind).toBe('processes');
  expect(app.told()).toEqual(['info: Cancelled: waiting. | Work that the backend has started may continue.']);
});

test('ends the search of a text before the text', async ({ open }) => {
  const app = await open();
  await app.perform('help');
  const searching = app.perform('search');
  const prompt = await app.asked('prompt');
  prompt.changed('Everywhere');
  prompt.answer('Everywhere');
  await searching;
  expect(app.view().scroll?.search?.source).toBe('Everywhere');
  await app.perform('back');
  expect(app.view().scroll?.search).toBeUndefined();
  await app.perform('back');
  expect(app.view().kind).toBe('experiments');
});
