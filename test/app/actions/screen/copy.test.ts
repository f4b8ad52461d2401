import { expect } from 'vitest';
import { openDocument } from '../../../../src/app/shell/text-view/document-view.ts';
import { test } from '../../support/app-test.ts';

/** The text that a sequence puts into the clipboard. */
function clipboard(sequence: string | undefined): string {
  const [, text = ''] = /c;(.*)\x07/.exec(sequence ?? '') ?? [];
  return Buffer.from(text, 'base64').toString();
}

const lines = Array.from({ length: 100 }, (_, index) => `\x1b[31mline ${index + 1}\x1b[0m`);

test('copies the lines on the screen, or all lines, without colours', async ({ open }) => {
  const app = await open();
  app.store.setState({ size: { columns: 80, rows: 10 } });
  openDocument(app.context, { kind: 'output', title: 'output', lines });
  await app.perform('copy-screen');
  expect(clipboard(app.written[0])).toBe(Array.from({ length: 6 }, (_, index) => `line ${index + 1}`).join('\n'));
  await app.perform('copy-all');
  expect(clipboard(app.written[1]).split('\n')).toHaveLength(100);
  expect(app.told()).toEqual(['good: Copied 6 lines of the screen.', 'good: Copied 100 lines.']);
});

test('copies the end of a text that no clipboard holds, and says so', async ({ open }) => {
  const app = await open();
  const long = Array.from({ length: 1000 }, (_, index) => String(index).padStart(100, '.'));
  openDocument(app.context, { kind: 'output', title: 'output', lines: long });
  await app.perform('copy-all');
  const copied = clipboard(app.written[0]).split('\n');
  expect(copied.at(-1)).toBe(long.at(-1));
  expect(copied.length).toBeLessThan(1000);
  expect(app.told()[0]).toMatch(/Copied the last \d+ of 1,000 lines; the clipboard holds no more\./);
});

test('copies nothing in a list', async ({ open }) => {
  const app = await open();
  await app.perform('copy-screen');
  await app.perform('copy-all');
  expect([app.written, app.told()]).toEqual([[], []]);
});
