import { describe, expect, test } from 'vitest';
import { parseMigDevices, parseNvidiaQuery } from '../../../../src/backends/kit/gpus/nvidia-smi.ts';

const mebibyte = 1024 * 1024;

describe('the query', () => {
  test('gives one GPU a line, with what is used of it', () => {
    const text = [
      '0, GPU-5f9f5a04-6a3c-1c1f-0c55-2d6b8d3f1f43, NVIDIA A100-SXM4-80GB, 81920, 2195, 37',
      '1, GPU-9a2d3f6e-1b5b-6a0c-8ffa-0a8d2a5c7e10, NVIDIA A100-SXM4-80GB, 81920, 4, 0',
      '',
    ].join('\n');
    expect(parseNvidiaQuery(text)).toEqual([
      {
        gpu: {
          id: 'GPU-5f9f5a04-6a3c-1c1f-0c55-2d6b8d3f1f43',
          index: 0,
          vendor: 'nvidia',
          name: 'NVIDIA A100-SXM4-80GB',
        },
        use: { memoryTotal: 81920 * mebibyte, memory: 2195 * mebibyte, busy: 0.37 },
      },
      expect.objectContaining({ use: { memoryTotal: 81920 * mebibyte, memory: 4 * mebibyte, busy: 0 } }),
    ]);
  });

  test('leaves out what the GPU does not tell', () => {
    const [first] = parseNvidiaQuery('0, GPU-1, NVIDIA GH200 480GB, [N/A], [Insufficient Permissions], [N/A]\n') ?? [];
    expect(first?.use).toEqual({});
    expect(first?.gpu.name).toBe('NVIDIA GH200 480GB');
  });

  test('keeps a comma in the name of a GPU', () => {
    expect(parseNvidiaQuery('3, GPU-1, Tesla K80, rev 2, 11441, 0, 0')?.[0]?.gpu).toMatchObject({
      index: 3,
      name: 'Tesla K80, rev 2',
    });
  });

  test.for(['', '\n', 'No devices were found\n'])('gives no GPU for %j', (text) => {
    expect(parseNvidiaQuery(text)).toEqual([]);
  });

  test.for(['hello', '0, 1', 'index, uuid, name', '<html>', '0, GPU-1, a, 1, 2', 'x, GPU-1, a, 1, 2, 3'])(
    'is not understood: %s',
    (text) => {
      expect(parseNvidiaQuery(text)).toBeUndefined();
    },
  );
});

test('MIG devices are listed with the GPU that each is a part of', () => {
  const text = `GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-838f60d9-651f-9166-ea42-f9da674a6947)
  MIG 3g.20gb     Device  0: (UUID: MIG-ffda444c-c706-57c6-98c9-67c441a0b109)
  MIG 1c.2g.10gb  Device  1: (UUID: MIG-fe9bc608-60f5-5479-8cc4-1827021d27a9)
GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-4444)
`;
  const partOf = { id: 'GPU-838f60d9-651f-9166-ea42-f9da674a6947', index: 0 };
  expect(parseMigDevices(text)).toEqual([
    {
      gpu: {
        id: 'MIG-ffda444c-c706-57c6-98c9-67c441a0b109',
        vendor: 'nvidia',
        name: 'MIG device 3g.20gb',
        isPart: true,
      },
      use: {},
      partOf,
    },
    expect.objectContaining({ partOf, gpu: expect.objectContaining({ name: 'MIG device 1c.2g.10gb' }) }),
  ]);
  expect(parseMigDevices('GPU 0: NVIDIA L4 (UUID: GPU-1)\n')).toEqual([]);
  expect(parseMigDevices('garbage\n  MIG 1g Device 0: (UUID: MIG-1)')).toEqual([]);
});
