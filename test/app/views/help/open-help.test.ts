import { expect } from 'vitest';
import { openExperiment } from '../../../../src/app/views/processes/open-experiment.ts';
import { test } from '../../support/app-test.ts';

test('shows the keys of the view below, in its sections, and opens once', async ({ open }) => {
  const app = await open({ capabilities: { stop: { stop: async () => {} } } });
  app.store.setState({ size: { columns: 120, rows: 80 } });
  openExperiment(app.context, 'rl');
  await app.perform('help');
  const titles = app.rows().filter((row) => /^ \S/.test(row));
  expect(titles).toEqual([' Processes', ' In any list', ' Everywhere']);
  expect(app.rows().join('\n')).toMatch(/ctrl-k +stop/);
  expect(app.rows().join('\n')).not.toMatch(/A shell with/);
  await app.perform('help');
  expect(app.store.getState().views).toHaveLength(3);
});
