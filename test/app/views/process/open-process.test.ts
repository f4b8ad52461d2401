import { expect } from 'vitest';
import { openProcess } from '../../../../src/app/views/process/open-process.ts';
import { test, twoExperiments } from '../../support/app-test.ts';
import { describedExperiment } from '../../support/statuses.ts';

test('shows the status at once, and the description once the cluster has answered', async ({ open }) => {
  const app = await open();
  const [rl] = twoExperiments;
  if (rl === undefined) throw new Error('There is no experiment.');
  const answered = Promise.withResolvers<void>();
  const described = describedExperiment(rl);
  app.backend.describeExperiment = () => answered.promise.then(() => described);
  const opening = openProcess(app.context, 'rl', { group: 'agents', name: 'agent-1' });
  expect(app.rows().join('\n')).toMatch(/✗ failed[\s\S]*agents\/agent-1/);
  expect(app.rows().join('\n')).not.toMatch(/Environment/);
  answered.resolve();
  await opening;
  expect(app.rows().join('\n')).toMatch(/Environment/);
});

test('adds a description that comes late to its own view only', async ({ open }) => {
  const app = await open();
  const [rl] = twoExperiments;
  if (rl === undefined) throw new Error('There is no experiment.');
  const answered = Promise.withResolvers<void>();
  app.backend.describeExperiment = () => answered.promise.then(() => describedExperiment(rl));
  const first = openProcess(app.context, 'rl', { group: null, name: 'learner' });
  app.backend.describeExperiment = () => Promise.reject(new Error('No answer.'));
  const second = openProcess(app.context, 'rl', { group: 'agents', name: 'agent-0' });
  await expect(second).rejects.toThrow('No answer.');
  answered.resolve();
  await first;
  const descriptions = app.store.getState().views.map((view) => 'description' in view);
  expect(descriptions).toEqual([false, true, false]);
});
