import xterm from '@xterm/headless';
import fc from 'fast-check';
import sliceAnsi from 'slice-ansi';
import width from 'string-width';
import { expect, test } from 'vitest';
import { OpenRows } from '../../../src/commands/logs/open-rows.ts';

const measure = { width, cut: (text: string, columns: number) => sliceAnsi(text, 0, columns) };

/** The lines of a terminal after this output, scrolled-out ones included. */
async function shown(output: string, columns: number, rows: number): Promise<string[]> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  const { active } = terminal.buffer;
  const lines = Array.from(
    { length: active.length },
    (_, row) => active.getLine(row)?.translateToString().trimEnd() ?? '',
  );
  terminal.dispose();
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

test('whatever was drawn before, the terminal shows the lines, and below them the newest rows', async () => {
  const row = fc.constantFrom('50%', '', '日本語のバー', 'x'.repeat(30), '\x1b[32mgreen\x1b[0m', 'a bar');
  const step = fc.record({ lines: fc.array(fc.constantFrom('one', 'two'), { maxLength: 3 }), rows: fc.array(row) });
  const size = fc.record({ columns: fc.integer({ min: 2, max: 20 }), rows: fc.integer({ min: 2, max: 8 }) });
  await fc.assert(
    fc.asyncProperty(size, fc.array(step, { minLength: 1 }), async (screen, steps) => {
      const open = new OpenRows(() => screen, measure);
      let output = '';
      for (const { lines, rows } of steps) {
        output += open.erase();
        output += lines.map((line) => `${line}\n`).join('');
        output += open.draw(rows);
      }
      const lines = steps
        .flatMap((one) => one.lines)
        .flatMap((line) => line.match(new RegExp(`.{1,${screen.columns}}`, 'g')) ?? []);
      const newest = steps.at(-1)?.rows ?? [];
      const room = screen.rows - 1;
      const all = newest.length <= room ? newest : [...newest.slice(0, room - 1), `… ${newest.length - room + 1} more`];
      const drawn = all.map((text) => measure.cut(text, screen.columns - 1).replaceAll(/\x1b\[\d*m/g, ''));
      const expected = [...lines, ...drawn].map((text) => text.trimEnd());
      while (expected.at(-1) === '') expected.pop();
      expect(await shown(output, screen.columns, screen.rows)).toEqual(expected);
      expect(open.isShown).toBe(newest.length > 0);
      expect(open.end()).toBe(newest.length > 0 ? '\n' : '');
    }),
  );
});

test('rows that a narrower terminal has wrapped are erased whole', () => {
  const screen = { columns: 20, rows: 10 };
  const open = new OpenRows(() => screen, measure);
  expect(open.erase()).toBe('');
  open.draw(['x'.repeat(15), 'y']);
  screen.columns = 10;
  expect(open.erase()).toBe('\r\x1b[2A\x1b[J');
});
