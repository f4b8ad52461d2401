import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import xterm from '@xterm/headless';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TerminalProxy } from '../../../../src/backends/kit/terminal/terminal-proxy.ts';

/** What the user's terminal receives for these chunks; with `restore`, also the sequences that restore it. */
async function shown(chunks: readonly Buffer[], options: { readonly restore: boolean }): Promise<Buffer> {
  const terminal = new PassThrough();
  const parts: Buffer[] = [];
  terminal.on('data', (part: Buffer) => parts.push(part));
  const proxy = new TerminalProxy(terminal);
  for (const chunk of chunks) proxy.write(chunk);
  proxy.end();
  await finished(proxy);
  if (options.restore) proxy.restore();
  terminal.end();
  await finished(terminal);
  return Buffer.concat(parts);
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const place of places) {
    chunks.push(bytes.subarray(at, at + place));
    at += place;
  }
  return [...chunks, bytes.subarray(at)];
}

const places = fc.array(fc.nat(30), { maxLength: 20 });
const mark = '\x1b]5353;symphony-end;main.1\x07';

/** Sequences whose effect on the terminal outlasts the program. */
const changes = [
  ...[1, 5, 6, 9, 1000, 1002, 1003, 1004, 1006, 1015, 2004, 47, 1047, 1049].map((mode) => `\x1b[?${mode}h`),
  ...[7, 25].map((mode) => `\x1b[?${mode}l`),
  '\x1b[?1049;25;2004h',
  '\x1b[31m',
  '\x1b[0;38;5;0m',
  '\x1b[4h',
  '\x1b[3;7r',
  '\x1b[5 q',
  '\x1b=',
  '\x1b(0',
  '\x0e',
  '\x1b]0;a title of its own\x07',
  '\x1b]2;another\x1b\\',
  '\x1b]11;#ff0000\x07',
  '\x1b]8;;http://example.org\x07',
  '\x1b[>1u',
];
const others = [
  'text',
  'ü 日本\r\n',
  '\x1b[2J',
  '\x1b[10;10H',
  '\x1b[?2026',
  '\x1b]52;c;eA==\x07',
  '\x1bP+q\x1b\\',
  mark,
];
const program = fc
  .array(fc.constantFrom(...changes, ...others), { maxLength: 20 })
  .map((parts) => Buffer.from(parts.join('')));

async function terminalAfter(bytes: Buffer) {
  const terminal = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  const titles: string[] = [];
  terminal.onTitleChange((title) => titles.push(title));
  await new Promise<void>((resolve) => terminal.write(bytes, resolve));
  // Text written at the cursor reveals the current style and character set.
  const { baseY, cursorY, cursorX, type } = terminal.buffer.active;
  await new Promise<void>((resolve) => terminal.write('q', resolve));
  const cell = terminal.buffer.active.getLine(baseY + cursorY)?.getCell(cursorX);
  const state = {
    type,
    modes: { ...terminal.modes },
    text: cell?.getChars(),
    isPlain: cell?.isAttributeDefault(),
    title: titles.at(-1) ?? '',
  };
  terminal.dispose();
  return state;
}

test('a terminal is restored whatever a program did to it, and wherever its output is split', async () => {
  const before = await terminalAfter(Buffer.alloc(0));
  expect(before).toMatchObject({ type: 'normal', text: 'q', isPlain: true });
  await fc.assert(
    fc.asyncProperty(program, places, async (bytes, cuts) => {
      const after = await terminalAfter(await shown(cut(bytes, cuts), { restore: true }));
      expect({ ...after, title: '' }).toEqual({ ...before, title: '' });
    }),
    { numRuns: 300 },
  );
});

test('each change is undone by its own sequence, except those that the program undid itself', async () => {
  const restore = async (text: string) =>
    (await shown([Buffer.from(`${text}\n`)], { restore: true })).toString().slice(text.length + 1);
  expect(await restore('plain')).toBe('');
  expect(await restore('\x1b[?25l\x1b[31mred\x1b[0m\x1b[?25h')).toBe('');
  expect(await restore('\x1b[?1049h\x1b[?1000h\x1b[?1049l\x1b[?1000l')).toBe('');
  expect(await restore('\x1b[?25l')).toBe('\x1b[?25h');
  expect(await restore('\x1b[?1049h')).toBe('\x1b[?1049l\x1b[0m');
  expect(await restore('\x1b]11;#ffffff\x07')).toBe('\x1b]111\x07');
  expect(await restore('\x1b]11;?\x07')).toBe('');
  expect(await restore('\x1b[>1u\x1b[>5u\x1b[<u')).toBe('\x1b[<1u');
});

test('the title is saved before the program sets it, and restored', async () => {
  const bytes = await shown([Buffer.from('\x1b]0;one\x07\x1b]2;two\x07\n')], { restore: true });
  expect(bytes.toString()).toBe('\x1b[22;0t\x1b]0;one\x07\x1b]2;two\x07\n\x1b[23;0t');
});

test('everything but Symphony’s own marks passes byte for byte, however it is split', async () => {
  const anything = fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes));
  const pieces = fc.array(fc.oneof(anything, fc.constant(Buffer.from(mark)), fc.constant(Buffer.from('\x1b[1;2m'))));
  await fc.assert(
    fc.asyncProperty(pieces, places, async (parts, cuts) => {
      const bytes = Buffer.concat([...parts, Buffer.from('\x1b\\.')]);
      const withoutMarks = Buffer.from(bytes.toString('latin1').replaceAll(mark, ''), 'latin1');
      const titles = /\x1b\[22;0t/g;
      const passed = (await shown(cut(bytes, cuts), { restore: false })).toString('latin1');
      expect(passed.replaceAll(titles, '')).toBe(withoutMarks.toString('latin1').replaceAll(titles, ''));
    }),
  );
});

test('a long sequence is not held back, and is terminated when the user leaves in the middle of it', async () => {
  const image = `\x1bPq${'#0;2;0;0;0'.repeat(500)}`;
  const bytes = await shown([Buffer.from(image), Buffer.from('~~')], { restore: true });
  expect(bytes.toString()).toBe(`${image}~~\x1b\\`);
});

test('a sequence that another one interrupts is terminated, even if that one is not passed on', async () => {
  const interrupted = '\x1b[?2026';
  expect((await shown([Buffer.from(`${interrupted}\x1b[?20`)], { restore: true })).toString()).toBe(
    `${interrupted}\x1b\\`,
  );
  expect((await shown([Buffer.from(`${interrupted}${mark}`)], { restore: true })).toString()).toBe(
    `${interrupted}\x1b\\`,
  );
  expect((await shown([Buffer.from(`${interrupted}\x1b[2J`)], { restore: true })).toString()).toBe(
    `${interrupted}\x1b[2J`,
  );
});

test('a slow terminal applies backpressure', async () => {
  const terminal = new PassThrough({ highWaterMark: 1024 });
  const proxy = new TerminalProxy(terminal);
  const chunk = Buffer.alloc(64 * 1024, 'x');
  let written = 0;
  while (proxy.write(chunk)) written += chunk.length;
  expect(written).toBeLessThan(1024 * 1024);
  const drained = once(proxy, 'drain');
  terminal.resume();
  await drained;
});
