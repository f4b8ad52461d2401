import { readdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keepHistory } from '../../../../src/backends/supervision/records/keep-history.ts';
import { History } from '../../../../src/engine/history/history.ts';
import { historyFolder } from '../../../../src/engine/history/history-folder.ts';
import { scratchFolder } from '../../../engine/support/scratch-folder.ts';
import { waitFor } from '../../../support/wait-for.ts';

scratchFolder();
const describePast = () => ({ experiment: 'rl', backend: 'local', launchId: 'a', how: 'deleted' }) as const;
const limits = { logBytes: 1000 };

describe('keeping the history of a deletion', () => {
  test('gives notes about what is missing', async () => {
    expect(await keepHistory(describePast, async () => ['one log is missing'], { limits })).toEqual([
      'one log is missing',
    ]);
    expect(await new History().list()).toMatchObject([{ name: 'rl.1', notes: ['one log is missing'] }]);
  });

  test('does not wait longer than its limit, and leaves nothing half', async () => {
    const hung = new Promise<never>((_, reject) => {
      const fail = () => reject(new Error('ended'));
      setTimeout(fail, 500);
    });
    const notes = await keepHistory(describePast, () => hung, { limits, limitSeconds: 0.05 });
    expect(notes).toEqual(['it is not in the history: it took longer than 0.05 s']);
    await waitFor(async () => (await readdir(historyFolder())).length === 0);
  });

  test('says why nothing can be kept, and does not fail', async () => {
    const failing = async () => {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', errno: -28 });
    };
    expect(await keepHistory(describePast, failing, { limits })).toEqual([
      'it is not in the history: no space left on device',
    ]);
    expect(await readdir(historyFolder())).toEqual([]);
  });

  test('says so where the folder cannot be made', async () => {
    const { mkdir } = await import('node:fs/promises');
    await mkdir(dirname(historyFolder()), { recursive: true });
    await writeFile(historyFolder(), 'a file');
    expect(await keepHistory(describePast, undefined, { limits })).toEqual([
      expect.stringMatching(/^it is not in the history: /),
    ]);
  });

  test('keeps nothing where the history is off', async () => {
    const never = () => Promise.reject(new Error('it is called'));
    expect(await keepHistory(describePast, never, { limits: { logBytes: 5, totalBytes: 0 } })).toEqual([]);
    expect(await new History().list()).toEqual([]);
  });
});
