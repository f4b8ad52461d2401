import { expect } from 'vitest';
import { themes } from '../../../../src/app/shell/theme/themes.ts';
import { test } from '../../support/app-test.ts';

test('the theme changes to each one in turn, and says how to keep it', async ({ open }) => {
  const app = await open();
  const { name: first } = app.store.getState().theme;
  const seen = new Set<string>();
  for (const _ of Object.keys(themes)) {
    await app.perform('theme');
    seen.add(app.store.getState().theme.name);
  }
  expect(seen).toEqual(new Set(Object.keys(themes)));
  expect(app.store.getState().theme.name).toBe(first);
  expect(app.told().at(-1)).toBe(`info: Theme: ${first}. | symphony config set theme ${first} keeps it.`);
});

test('the mouse is used here, or left to the terminal', async ({ open }) => {
  const app = await open();
  await app.perform('mouse');
  expect(app.store.getState().mouse).toBe(true);
  await app.perform('mouse');
  expect(app.store.getState().mouse).toBe(false);
  expect(app.told()).toEqual([
    'info: The mouse scrolls and selects here.',
    'info: The terminal handles the mouse again.',
  ]);
});
