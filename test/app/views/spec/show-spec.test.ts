import { expect } from 'vitest';
import { test, twoExperiments } from '../../support/app-test.ts';
import { describedExperiment } from '../../support/statuses.ts';

test('shows the spec that the chosen experiment was launched with', async ({ open }) => {
  const app = await open();
  for (const snapshot of twoExperiments) {
    app.backend.descriptions.set(snapshot.experiment.name, describedExperiment(snapshot));
  }
  await app.perform('down');
  await app.perform('spec');
  expect(app.view()).toMatchObject({ kind: 'spec', experiment: 'other' });
  expect(app.rows()[0]).toBe('name: other');
});

test('says that the backend does not know it, and opens nothing', async ({ open }) => {
  const app = await open();
  await app.perform('spec');
  expect(app.told()).toEqual(['error: Nothing is known about rl.']);
  expect(app.view().kind).toBe('experiments');
});
