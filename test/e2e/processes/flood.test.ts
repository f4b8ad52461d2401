import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { test } from '../../support/session.ts';
import { waitFor } from '../../support/wait-for.ts';

const line = 'a line of the flood, which is about as long as lines of a log usually are: ';
const lineCount = 11_500_000;
const logSize = 64 * 1024 * 1024;

/** Writes a gigabyte as fast as it can. Padded numbers make every line 91 bytes long, line end included. */
const flood = `
  const fs = require('fs');
  const lines = 8192;
  for (let number = 0; number < ${lineCount}; number += lines) {
    let text = '';
    for (let i = number; i < Math.min(number + lines, ${lineCount}); i += 1) text += '${line}' + String(i).padStart(15, '0') + '\\n';
    fs.writeSync(1, text);
  }`;

function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
}

/** The bytes that the files of a folder occupy on disk, without their holes. */
async function diskUse(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile())
      bytes += await stat(join(entry.parentPath, entry.name)).then(
        ({ blocks }) => blocks * 512,
        () => 0,
      );
  }
  return bytes;
}

test('a process that writes 1 GB as fast as it can', { timeout: 300_000 }, async ({ session }) => {
  await session.launch('flood', {
    processes: {
      main: { command: [process.execPath, '-e', flood], log: { size: logSize } },
      keeper: { command: ['sleep', '600'] },
    },
  });
  let follower = 0;
  const following = session.run(['logs', 'main', '-e', 'flood', '-f', '--tail', '10', '--grep', '00000000$'], {
    timeout: 250,
    onSpawn: (child) => (follower = child.pid ?? 0),
  });
  let [mostDisk, mostMemory] = [0, 0];
  await waitFor(
    async () => {
      mostDisk = Math.max(mostDisk, await diskUse(session.place.home));
      mostMemory = Math.max(mostMemory, residentBytes(follower));
      expect(await session.logs('flood', 'main', '--tail', '100')).toHaveLength(100);
      const main = (await session.processes('flood')).find(({ name }) => name === 'main');
      return main?.state === 'succeeded';
    },
    { timeout: 200, what: 'the flood to end' },
  );

  expect(mostMemory).toBeLessThan(250e6);
  // The log may grow between two checks of its size, by however much the flood writes in that time.
  expect(mostDisk).toBeLessThan(logSize + 1024 ** 3);

  const bound = async () => (await diskUse(join(session.place.home))) < logSize * 1.3;
  await waitFor(bound, { what: 'the log to be kept to its size' });
  const kept = await session.logs('flood', 'main');
  const notice = kept[0]?.startsWith(line) ? 0 : 1;
  const numbers = kept.slice(notice).map((text) => Number(text.slice(-15)));
  expect(kept.slice(notice).every((text) => text.startsWith(line))).toBe(true);
  expect(numbers.at(-1)).toBe(lineCount - 1);
  expect(numbers.length * 91).toBeGreaterThan(logSize * 0.9);
  expect(numbers.findIndex((number, index) => index > 0 && number !== (numbers[index - 1] ?? 0) + 1)).toBe(-1);

  const { exitCode } = await following;
  expect(exitCode).toBe(0);
});
