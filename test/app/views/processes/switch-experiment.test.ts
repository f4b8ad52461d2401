import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { openExperiment } from '../../../../src/app/views/processes/open-experiment.ts';
import { test as base } from '../../support/app-test.ts';

// The current experiment is kept in a file.
const test = base.extend('home', { auto: true }, async ({ task: _ }, { onCleanup }) => {
  const home = await mkdtemp(join(tmpdir(), 'symphony-current-'));
  vi.stubEnv('SYMPHONY_HOME', home);
  onCleanup(async () => {
    vi.unstubAllEnvs();
    await rm(home, { recursive: true });
  });
  return home;
});

test('makes the selected experiment of the list the current one', async ({ open }) => {
  const app = await open();
  await app.perform('switch-experiment');
  expect(app.store.getState().current).toBe('rl');
  expect(await app.context.options.cluster.currentExperiment()).toBe('rl');
  expect(app.told()).toEqual(['good: rl is the current experiment.']);
  expect(app.view().kind).toBe('experiments');
});

test('asks within an experiment, and opens the chosen one in its place', async ({ open }) => {
  const app = await open();
  openExperiment(app.context, 'rl');
  const switching = app.perform('switch-experiment');
  const menu = await app.asked('menu');
  expect(menu.items.map(({ label }) => label)).toEqual(['rl', 'other']);
  menu.answer(1);
  await switching;
  expect(app.store.getState().current).toBe('other');
  expect(app.store.getState().views.map(({ experiment }) => experiment)).toEqual([undefined, 'other']);
});

test('changes nothing if the user cancels', async ({ open }) => {
  const app = await open();
  openExperiment(app.context, 'rl');
  const switching = app.perform('switch-experiment');
  (await app.asked('menu')).answer(undefined);
  await switching;
  expect(app.store.getState().current).toBeNull();
});
