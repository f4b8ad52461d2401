import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findGpus } from '../../../../src/backends/kit/gpus/find-gpus.ts';
import { processesMentioning } from '../../../support/host-processes.ts';
import { writeNvidiaSmi, writeTool } from '../../../support/nvidia-smi.ts';
import { waitFor } from '../../../support/wait-for.ts';

let folder = '';
const find = async (
  options: { readonly seconds?: number; readonly inOneCall?: boolean; signal?: AbortSignal | undefined } = {},
) => findGpus({ searchPath: join(folder, 'gpu-tools'), ...options });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symphony-gpus-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('nvidia-smi', () => {
  test('lists GPUs, and in place of a divided one its MIG devices', async () => {
    await writeNvidiaSmi(folder, [{ id: 'GPU-a', parts: { 'MIG-1': '3g.20gb', 'MIG-2': '1g.5gb' } }, { id: 'GPU-b' }]);
    const { gpus, problem } = await find();
    expect(problem).toBeUndefined();
    expect(gpus.map(({ gpu }) => gpu.id)).toEqual(['MIG-1', 'MIG-2', 'GPU-b']);
    expect((await find({ inOneCall: true })).gpus.map(({ gpu }) => gpu.id)).toEqual(['GPU-a', 'GPU-b']);
  });

  test('that is not installed is no problem', async () => {
    expect(await find()).toEqual({ gpus: [] });
  });

  test('that fails says why', async () => {
    const message =
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.";
    await writeTool(folder, 'nvidia-smi', `echo ${JSON.stringify(message)}; echo; exit 9`);
    expect(await find()).toEqual({ gpus: [], problem: `nvidia-smi failed: ${message}` });
    await writeTool(folder, 'nvidia-smi', 'exit 9');
    expect(await find()).toEqual({ gpus: [], problem: 'nvidia-smi failed: exit code 9' });
  });

  test('that prints something else says so', async () => {
    await writeTool(folder, 'nvidia-smi', 'echo "Field \\"uuid\\" is not a valid field to query."');
    expect(await find()).toEqual({ gpus: [], problem: 'nvidia-smi printed something that cannot be read' });
  });

  test('that hangs is ended after the time limit, with what it started', async () => {
    await writeTool(folder, 'nvidia-smi', `/bin/sleep 600 & /bin/sleep 600`);
    expect(await find({ seconds: 0.2 })).toEqual({ gpus: [], problem: 'nvidia-smi did not answer within 0.2 s' });
    await waitFor(() => processesMentioning(folder).length === 0);
  });

  test('that hangs is ended by an abort', async () => {
    await writeTool(folder, 'nvidia-smi', '/bin/sleep 600');
    const found = await find({ signal: AbortSignal.timeout(50) });
    expect(found).toEqual({ gpus: [], problem: 'nvidia-smi was interrupted' });
  });

  test('that writes without end is ended', async () => {
    await writeTool(folder, 'nvidia-smi', '/usr/bin/yes');
    expect((await find()).problem).toBe('nvidia-smi wrote more than can be read');
  });

  test('that cannot be run says so', async () => {
    const bin = await writeTool(folder, 'nvidia-smi', '');
    await writeFile(join(bin, 'nvidia-smi'), '#!/no/such/shell\n');
    expect((await find()).problem).toMatch(/^.*nvidia-smi cannot be run: /);
    await chmod(join(bin, 'nvidia-smi'), 0o644);
    expect(await find()).toEqual({ gpus: [] });
  });
});

const card = { 'Unique ID': '0x5f1a3b2c4d6e7f80', 'Card series': 'AMD Instinct MI250X' };

test('rocm-smi is asked where nvidia-smi lists nothing, and amd-smi after it', async () => {
  await writeTool(folder, 'nvidia-smi', 'echo "No devices were found"; exit 6');
  await writeTool(folder, 'rocm-smi', `echo '${JSON.stringify({ card0: card })}'`);
  await writeTool(folder, 'amd-smi', `echo '[{"gpu": 0}]'`);
  expect((await find()).gpus.map(({ gpu }) => gpu.id)).toEqual(['GPU-5f1a3b2c4d6e7f80']);
  await writeTool(folder, 'rocm-smi', 'exit 1');
  expect((await find()).gpus.map(({ gpu }) => gpu)).toEqual([{ id: '0', index: 0, vendor: 'amd' }]);
});

test('the GPUs of nvidia-smi come before those of rocm-smi', async () => {
  await writeNvidiaSmi(folder, [{ id: 'GPU-a' }]);
  await writeTool(folder, 'rocm-smi', `echo '${JSON.stringify({ card0: card })}'`);
  expect((await find()).gpus.map(({ gpu }) => gpu.id)).toEqual(['GPU-a']);
});
