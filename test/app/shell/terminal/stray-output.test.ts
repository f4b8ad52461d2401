import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test as base, expect } from 'vitest';
import { captureStrayOutput } from '../../../../src/app/shell/terminal/stray-output.ts';

const test = base.extend('folder', async ({ task: _ }, { onCleanup }) => {
  const folder = await mkdtemp(join(tmpdir(), 'symphony-stray-'));
  onCleanup(() => rm(folder, { recursive: true }));
  return folder;
});

function terminalStream() {
  const stream = new PassThrough();
  const written: string[] = [];
  stream.setEncoding('utf8').on('data', (text: string) => written.push(text));
  return { stderr: stream as unknown as NodeJS.WriteStream, written };
}

test('output goes to a file until the capture stops, and passes through while another program has the terminal', async ({
  folder,
}) => {
  const { stderr, written } = terminalStream();
  const path = join(folder, 'state', 'interface.log');
  const told: boolean[] = [];
  const before = { log: console.log, listeners: process.listeners('warning') };
  const stray = captureStrayOutput({ stderr, path, onFirst: (isKept) => told.push(isKept) });
  try {
    console.log('one %d', 1);
    await new Promise<void>((resolve) => stderr.write('two', () => resolve()));
    stray.note('three', 'in words');
    stray.pass(true);
    stderr.write('through');
    stray.pass(false);
  } finally {
    stray.stop();
  }
  stderr.write(' after');
  expect(written.join('')).toBe('through after');
  expect(await readFile(path, 'utf8')).toMatch(/console\.log: one 1\n.*stderr: two\n.*three: in words\n$/);
  expect(told).toEqual([true]);
  expect(console.log).toBe(before.log);
  expect(process.listeners('warning')).toEqual(before.listeners);
});

test('a folder that cannot be written causes no error', async ({ folder }) => {
  const { stderr, written } = terminalStream();
  await writeFile(join(folder, 'file'), '');
  const told: boolean[] = [];
  const path = join(folder, 'file', 'interface.log');
  const stray = captureStrayOutput({ stderr, path, onFirst: (isKept) => told.push(isKept) });
  stderr.write('lost');
  stray.stop();
  expect([told, written]).toEqual([[false], []]);
});

test('the size of the file is limited', async ({ folder }) => {
  const { stderr } = terminalStream();
  const path = join(folder, 'interface.log');
  await writeFile(path, 'x'.repeat(2 * 1024 * 1024));
  const stray = captureStrayOutput({ stderr, path, onFirst: () => {} });
  stderr.write('new');
  stray.stop();
  expect(await readFile(path, 'utf8')).toMatch(/^\S+ stderr: new\n$/);
});
