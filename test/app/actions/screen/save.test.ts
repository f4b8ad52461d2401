import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openDocument } from '../../../../src/app/shell/text-view/document-view.ts';
import { test as base } from '../../support/app-test.ts';

const test = base.extend('folder', async ({ task: _ }, { onCleanup }) => {
  const folder = await mkdtemp(join(tmpdir(), 'symphony-save-'));
  onCleanup(() => rm(folder, { recursive: true }));
  return folder;
});

const text = { kind: 'output', title: ':ls', lines: ['\x1b[31mone\x1b[0m', 'two'] };

test('proposes a name, and saves the text without colours in the working directory', async ({ open, folder }) => {
  const app = await open({ options: { workingDirectory: folder } });
  openDocument(app.context, text);
  const saving = app.perform('save');
  const prompt = await app.asked('prompt');
  expect(prompt.text).toBe('ls.txt');
  prompt.answer(prompt.text);
  await saving;
  expect(await readFile(join(folder, 'ls.txt'), 'utf8')).toBe('one\ntwo\n');
  expect(app.told()).toEqual([`good: Saved 2 lines to ${join(folder, 'ls.txt')}.`]);
});

test('asks before it overwrites a file', async ({ open, folder }) => {
  const path = join(folder, 'old.txt');
  await writeFile(path, 'old');
  const app = await open();
  openDocument(app.context, text);
  const refused = app.perform('save');
  (await app.asked('prompt')).answer(path);
  const question = await app.asked('confirm');
  expect(question.lines).toEqual([`${path} exists.`]);
  question.answer(false);
  await refused;
  expect(await readFile(path, 'utf8')).toBe('old');
  const saving = app.perform('save');
  (await app.asked('prompt')).answer(path);
  (await app.asked('confirm')).answer(true);
  await saving;
  expect(await readFile(path, 'utf8')).toBe('one\ntwo\n');
});

test('says that a path cannot be written, and asks again with it', async ({ open, folder }) => {
  const app = await open();
  openDocument(app.context, text);
  const saving = app.perform('save');
  const missing = join(folder, 'missing', 'x.txt');
  (await app.asked('prompt')).answer(missing);
  const again = await app.asked('prompt');
  expect(again.text).toBe(missing);
  again.answer(undefined);
  await saving;
  expect(app.told()).toEqual([expect.stringContaining(`error: ${missing} cannot be written`)]);
});
