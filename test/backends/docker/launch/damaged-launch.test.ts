import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, describe, expect } from 'vitest';
import { writeFacts } from '../../../../src/backends/docker/containers/launch-facts.ts';
import {
  findDamagedLaunch,
  unknownEngine,
  writeTraces,
} from '../../../../src/backends/docker/launch/damaged-launch.ts';
import { DockerFiles } from '../../../../src/backends/docker/launch/docker-files.ts';

const endpoint = { host: 'unix:///run/docker.sock' };
const options = writeFacts({
  endpoint,
  isPodman: false,
  isLocal: true,
  publishAddress: '127.0.0.1',
  logDriver: 'local',
});

const test = base.extend('folder', async ({ task: _task }, { onCleanup }) => {
  const folder = await mkdtemp(join(tmpdir(), 'damaged-launch-'));
  onCleanup(() => rm(folder, { recursive: true }));
  await mkdir(new DockerFiles(folder).launchFiles);
  return folder;
});

describe('a launch whose record cannot be used', () => {
  test('is found by what is readable of its record', ({ folder }) => {
    expect(findDamagedLaunch(folder, { launchId: 'a', options })).toEqual({ launchId: 'a', endpoint });
  });

  test('is found by its own file', async ({ folder }) => {
    await writeTraces(new DockerFiles(folder), { launchId: 'a', options });
    expect(findDamagedLaunch(folder, {})).toEqual({ launchId: 'a', endpoint });
    expect(findDamagedLaunch(folder, { launchId: 'a', options: { docker: '{' } })).toEqual({ launchId: 'a', endpoint });
  });

  test('is not found if nothing names its engine', async ({ folder }) => {
    expect(findDamagedLaunch(folder, { launchId: 'a' })).toBeUndefined();
    await writeFile(new DockerFiles(folder).tracesFile, '{"launchId":');
    expect(findDamagedLaunch(folder, { launchId: 'a' })).toBeUndefined();
    expect(unknownEngine('rl')).toContain('label=symphony.experiment=rl');
  });
});
