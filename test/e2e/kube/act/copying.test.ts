import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { expect } from 'vitest';
import { requireCapability } from '../../../../src/engine/client/require-capability.ts';
import type { Progress } from '../../../../src/engine/contract/capabilities.ts';
import { reference } from '../support/kube-lab.ts';
import { test } from '../support/kube-test.ts';

const mebibyte = 2 ** 20;
const size = 256 * mebibyte;

test('a large file is copied in and out unchanged, with progress', { timeout: 600_000 }, async ({ lab }) => {
  const volumes = [{ mount: '/data', emptyDir: {} }];
  const kube = { imagePullPolicy: 'IfNotPresent', volumes };
  await lab.launch('copying', { kube, processes: { main: { command: ['sleep', '3600'] } } });
  await lab.until('copying', 'main', 'running');
  const there = join(lab.session.folder, 'there');
  const back = join(lab.session.folder, 'back');
  await writeRandom(there);
  const before = await checksum(there);
  const { copy } = { copy: requireCapability(lab.cluster, 'copy') };
  const main = reference('main');
  const reports: Progress[] = [];
  const onProgress = (progress: Progress) => void reports.push(progress);
  await copy.copy('copying', { path: there }, { process: main, path: '/data/file' }, { onProgress });
  expect(reports.at(-1)).toMatchObject({ done: size, total: size });
  expect(reports.map(({ done }) => done)).toEqual(
    reports.map(({ done }) => done).sort((a, b) => Number(a) - Number(b)),
  );
  await copy.copy('copying', { process: main, path: '/data/file' }, { path: back }, { onProgress });
  expect(reports.at(-1)?.done).toBe(size);
  expect((await stat(back)).size).toBe(size);
  expect(await checksum(back)).toBe(before);
});

async function writeRandom(path: string): Promise<void> {
  const file = await open(path, 'w');
  // Every block differs, and each is cheap to make.
  const block = randomBytes(mebibyte);
  for (let index = 0; index < size / mebibyte; index += 1) {
    block.writeUInt32LE(index, (index * 4099) % (mebibyte - 4));
    await file.write(block);
  }
  await file.close();
}

async function checksum(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: mebibyte }), hash);
  return hash.digest('hex');
}
