import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readCarriedFiles } from '../../../../src/backends/kit/files/read-carried-files.ts';
import { carryLimit } from '../../../../src/backends/kube/manifests/object-data.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';
import { build } from '../support/manifests.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symphony-files-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const read = (files: string | string[], fields: object = {}) => {
  const spec = parseSpec({ name: 'x', files, processes: { p: { command: 'x', ...fields } } }, { baseDir: folder });
  return readCarriedFiles(resolveExperiment(spec), carryLimit);
};

it('carried files arrive where they were, byte for byte and as executable as they were', async () => {
  const binary = Buffer.from([0, 0xff, 0xfe, 10]);
  await mkdir(join(folder, 'lib', 'deep'), { recursive: true });
  await writeFile(join(folder, 'lib', 'a.mjs'), '\ufeffexport {}\n');
  await writeFile(join(folder, 'lib', 'deep', 'with space.bin'), binary);
  await writeFile(join(folder, 'run.sh'), '#!/bin/sh\n');
  await chmod(join(folder, 'run.sh'), 0o755);
  await symlink('run.sh', join(folder, 'link'));

  const draft = { files: ['lib/', 'run.sh', 'link', './lib/a.mjs'], startDir: folder };
  const files = await read(draft.files, { replicas: 2 });
  expect([...files.keys()]).toEqual(['p-0', 'p-1']);
  const { objects } = build({ ...draft, processes: { p: { command: 'x', replicas: 2 } } }, { files });
  const maps = objects.filter(({ metadata }) => metadata.labels['symphony/role'] === 'files');
  expect(maps).toHaveLength(1);
  const { data, binaryData } = maps[0] as unknown as Record<'data' | 'binaryData', Record<string, string>>;
  const pods = objects.filter(({ kind }) => kind === 'Pod');
  expect(pods).toHaveLength(2);
  for (const pod of pods) {
    // biome-ignore lint/suspicious/noExplicitAny: tests read arbitrary fields of pods
    const { containers, volumes } = pod.spec as any;
    const arrived = containers[0].volumeMounts.map(({ name, mountPath, subPath }: Record<string, string>) => {
      const volume = volumes.find((candidate: { name: string }) => candidate.name === name);
      const item = volume.configMap.items.find(({ path }: { path: string }) => path === subPath);
      const content = data[item.key] ?? Buffer.from(binaryData[item.key] ?? '', 'base64').toString('latin1');
      return [mountPath?.slice(folder.length), content, item.mode];
    });
    expect(arrived).toEqual([
      ['/lib/a.mjs', '\ufeffexport {}\n', 0o644],
      ['/lib/deep/with space.bin', binary.toString('latin1'), 0o644],
      ['/run.sh', '#!/bin/sh\n', 0o755],
      ['/link', '#!/bin/sh\n', 0o755],
    ]);
  }
});
