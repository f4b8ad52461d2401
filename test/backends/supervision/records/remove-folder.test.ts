import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listExperimentNames } from '../../../../src/backends/supervision/records/list-folder.ts';
import { removeExperimentFolder, removeRemains } from '../../../../src/backends/supervision/records/remove-folder.ts';

async function backendFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'symphony-remove-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('a folder is there as a whole, or no experiment is listed', async () => {
  const folder = await backendFolder();
  await mkdir(join(folder, 'rl', 'runs'), { recursive: true });
  for (let number = 0; number < 2_000; number += 1) await writeFile(join(folder, 'rl', 'runs', `${number}`), '');
  await writeFile(join(folder, 'rl', 'experiment.json'), '{}');
  const seen = new Set<string>();
  let isRemoving = true;
  const removal = removeExperimentFolder(join(folder, 'rl')).finally(() => {
    isRemoving = false;
  });
  while (isRemoving) {
    for (const name of listExperimentNames(folder))
      seen.add((await readdir(join(folder, name)).catch(() => ['experiment.json', 'runs'])).sort().join());
    await new Promise((resolve) => setImmediate(resolve));
  }
  await removal;
  expect([...seen].filter((content) => content !== 'experiment.json,runs')).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

test('a folder that is not there is removed', async () => {
  const folder = await backendFolder();
  await removeExperimentFolder(join(folder, 'rl'));
  expect(await readdir(folder)).toEqual([]);
});

test('what interrupted removals have left is removed, and nothing else', async () => {
  const folder = await backendFolder();
  for (const name of ['rl', '.rl-1.removed', '.cache', 'supervisor.removed'])
    await mkdir(join(folder, name, 'runs'), { recursive: true });
  await removeRemains(folder);
  expect((await readdir(folder)).sort()).toEqual(['.cache', 'rl', 'supervisor.removed']);
  await removeRemains(join(folder, 'missing'));
});
