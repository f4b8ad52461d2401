import { execFileSync } from 'node:child_process';
import { chmodSync, truncateSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { archiveLogs } from '../../../../../src/backends/supervision/keeper/logs/archive-logs.ts';
import { headPath, indexPath } from '../../../../../src/backends/supervision/keeper/logs/log-position.ts';
import { decodeTimes, type LogContent } from '../../../../../src/engine/history/log-index.ts';
import { scratchFolder } from '../../../../engine/support/scratch-folder.ts';

const scratch = scratchFolder();

/** Archives into memory. */
async function archived(
  runs: readonly { run: number; logOffset: number }[],
  logBytes: number,
  path = scratch.path('log'),
) {
  const kept: { content: LogContent; text: string; bytes: number }[] = [];
  const archive = {
    async addLog(_reference: unknown, content: LogContent, chunks: Iterable<Uint8Array>) {
      const bytes = Buffer.concat([...chunks]);
      kept.push({ content, text: bytes.toString(), bytes: bytes.length });
    },
  };
  const signal = new AbortController().signal;
  const notes = await archiveLogs([{ key: 'agents.main', path, runs }], { archive, logBytes, signal });
  return { ...kept[0], notes };
}

const endMark = (run: number) => `\u001b]5353;symphony-end;main.${run}\u0007`;

describe('archiving a log', () => {
  test('keeps its end from the beginning of a line, without the marks of ended runs, and knows its runs', () => {
    const lines = fc.array(fc.stringMatching(/^[a-z]{0,20}$/), { minLength: 1, maxLength: 20 });
    return fc.assert(
      fc.asyncProperty(
        lines,
        lines,
        fc.boolean(),
        fc.integer({ min: 1, max: 400 }),
        async (first, second, marked, limit) => {
          const one = `${first.join('\n')}\n`;
          const mark = marked ? endMark(1) : '';
          const two = `${second.join('\n')}\n`;
          writeFileSync(scratch.path('log'), `${one}${mark}${two}`);
          const offset = one.length + mark.length;
          const { content, text = '' } = await archived(
            [
              { run: 1, logOffset: 0 },
              { run: 2, logOffset: offset },
            ],
            limit,
          );
          expect(`${one}${two}`.endsWith(text)).toBe(true);
          expect(text.length).toBeLessThanOrEqual(limit);
          const begin = `${one}${two}`.length - text.length;
          expect(begin === 0 || `${one}${two}`[begin - 1] === '\n').toBe(true);
          const start = content?.starts.find(([run]) => run === 2)?.[1] ?? 0;
          const ofSecond = text.length - start;
          expect(text.slice(start)).toBe(ofSecond === 0 ? '' : two.slice(-ofSecond));
        },
      ),
    );
  });

  test('reads no more than it keeps of a sparse log of a gigabyte', async () => {
    const path = scratch.path('log');
    writeFileSync(path, '');
    truncateSync(path, 1e9);
    execFileSync('sh', ['-c', 'printf "\\nfirst\\nlast\\n" >> "$1"', 'sh', path]);
    writeFileSync(headPath(path), JSON.stringify({ start: 0, base: 0 }));
    const { text, content, bytes = 0 } = await archived([{ run: 1, logOffset: 0 }], 11);
    expect(text).toBe('first\nlast\n');
    expect(bytes).toBe(11);
    expect(content?.dropped).toBe(1e9 + 1);
  });

  test('begins where a trimmed log begins', async () => {
    writeFileSync(scratch.path('log'), '\0\0\0\0gone\nkept\n');
    writeFileSync(headPath(scratch.path('log')), JSON.stringify({ start: 6, base: 0 }));
    const { text, content } = await archived([{ run: 1, logOffset: 0 }], 1000);
    expect(text).toBe('kept\n');
    expect(content).toMatchObject({ dropped: 9, starts: [[1, 0]] });
  });

  test('keeps the times of what it keeps', async () => {
    writeFileSync(scratch.path('log'), 'one\ntwo\nthree\n');
    writeFileSync(indexPath(scratch.path('log')), '1000 4\n2000 8\n3000 14\n');
    const { content } = await archived([{ run: 1, logOffset: 0 }], 11);
    expect(decodeTimes(content?.times ?? [])).toEqual([
      { time: 2000, offset: 4 },
      { time: 3000, offset: 10 },
    ]);
  });

  test('of no log, or of size 0, keeps nothing and says nothing', async () => {
    expect(await archived([], 1000)).toMatchObject({ text: '', notes: [] });
    writeFileSync(scratch.path('log'), 'one\n');
    expect((await archived([], 0)).text).toBeUndefined();
  });

  test.skipIf(process.getuid?.() === 0)('names a log that cannot be read', async () => {
    writeFileSync(scratch.path('log'), 'one\n');
    chmodSync(scratch.path('log'), 0);
    expect((await archived([], 1000)).notes).toEqual([
      expect.stringMatching(/^the log of agents\/main could not be read/),
    ]);
  });

  test('names a log that is a folder', async () => {
    const { notes } = await archived([{ run: 1, logOffset: 0 }], 1000, scratch.path('.'));
    expect(notes).toEqual([expect.stringMatching(/^the log of agents\/main could not be read/)]);
  });
});
