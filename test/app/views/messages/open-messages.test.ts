import { expect } from 'vitest';
import { test } from '../../support/app-test.ts';

test('shows all messages with their hints, the newest last', async ({ open }) => {
  const app = await open();
  await app.perform('messages');
  expect(app.rows()).toEqual(['', '  No messages yet.']);
  await app.perform('back');
  app.context.notify.good('First.');
  app.context.notify.warning('Second.', 'Do that.');
  await app.perform('messages');
  expect(app.rows()).toEqual([
    expect.stringMatching(/^ {2}\d\d:\d\d:\d\d First\. $/),
    expect.stringMatching(/^ {2}\d\d:\d\d:\d\d Second\. Do that\.$/),
  ]);
});
