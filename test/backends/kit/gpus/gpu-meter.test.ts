import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GpuMeter } from '../../../../src/backends/kit/gpus/gpu-meter.ts';
import { processesMentioning } from '../../../support/host-processes.ts';
import { writeNvidiaSmi, writeTool } from '../../../support/nvidia-smi.ts';
import { waitFor } from '../../../support/wait-for.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symphony-meter-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const mebibyte = 1024 * 1024;

test('a reading is one call of the tool, and gives what is used of each GPU', async () => {
  const bin = await writeNvidiaSmi(folder, [{ id: 'GPU-a', memory: 100, busy: 50 }, { id: 'GPU-b' }]);
  const calls = join(folder, 'calls');
  const tool = join(bin, 'nvidia-smi');
  await writeFile(tool, (await readFile(tool, 'utf8')).replace('case', `echo call >>${calls}\ncase`));
  const meter = new GpuMeter({ searchPath: bin, waitMilliseconds: 30_000 });
  for (let reading = 0; reading < 2; reading += 1) {
    const uses = await meter.read();
    expect(uses.get('GPU-a')).toMatchObject({ memory: 100 * mebibyte, busy: 0.5 });
    expect(uses.get('GPU-b')).toMatchObject({ busy: 0 });
  }
  expect(await readFile(calls, 'utf8')).toBe('call\ncall\n');
  meter.close();
});

test('a tool that hangs delays no reading for long, is not called twice at a time, and ends with the meter', async () => {
  const started = join(folder, 'started');
  const bin = await writeTool(folder, 'nvidia-smi', `echo call >>${started}; /bin/sleep 600`);
  const meter = new GpuMeter({ searchPath: bin, waitMilliseconds: 10, seconds: 600 });
  for (let reading = 0; reading < 3; reading += 1) expect(await meter.read()).toEqual(new Map());
  await waitFor(() => existsSync(started));
  expect(await meter.read()).toEqual(new Map());
  expect(await readFile(started, 'utf8')).toBe('call\n');
  meter.close();
  await waitFor(() => processesMentioning(folder).length === 0);
});

test('a tool that fails is left alone for a while', async () => {
  const calls = join(folder, 'calls');
  const bin = await writeTool(folder, 'nvidia-smi', `echo call >>${calls}; exit 9`);
  const meter = new GpuMeter({ searchPath: bin, waitMilliseconds: 30_000 });
  for (let reading = 0; reading < 3; reading += 1) expect(await meter.read()).toEqual(new Map());
  expect(await readFile(calls, 'utf8')).toBe('call\n');
  meter.close();
});
