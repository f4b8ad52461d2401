import { expect, test } from 'vitest';
import { parseAmdQuery, parseRocmQuery } from '../../../../src/backends/kit/gpus/rocm-smi.ts';

const card = {
  'Unique ID': '0x5f1a3b2c4d6e7f80',
  'Card series': 'AMD Instinct MI250X',
  'GPU use (%)': '68',
  'VRAM Total Memory (B)': '68719476736',
  'VRAM Total Used Memory (B)': '28823961600',
};

test('rocm-smi gives a GPU for each card, named as ROCR_VISIBLE_DEVICES takes it', () => {
  const second = { 'Card Series': 'AMD Instinct MI250X', 'Unique ID': 'N/A', 'GPU use (%)': 'N/A' };
  const text = JSON.stringify({ card0: card, card1: second, system: { 'Driver version': '6.7.0' } });
  expect(parseRocmQuery(text)).toEqual([
    {
      gpu: { id: 'GPU-5f1a3b2c4d6e7f80', index: 0, vendor: 'amd', name: 'AMD Instinct MI250X' },
      use: { memory: 28823961600, memoryTotal: 68719476736, busy: 0.68 },
    },
    { gpu: { id: '1', index: 1, vendor: 'amd', name: 'AMD Instinct MI250X' }, use: {} },
  ]);
});

test('rocm-smi may print a warning before its answer', () => {
  const text = `WARNING: AMD GPU device(s) is/are in a low-power state.\n\n${JSON.stringify({ card0: card })}\n`;
  expect(parseRocmQuery(text)).toHaveLength(1);
});

test('amd-smi gives a list, or an object that holds it', () => {
  const list = [
    {
      gpu: 0,
      usage: { gfx_activity: { value: 37, unit: '%' } },
      mem_usage: { total_vram: { value: 16368, unit: 'MB' }, used_vram: { value: 2048, unit: 'MB' } },
    },
    { gpu: 1, usage: 'N/A', mem_usage: 'N/A' },
  ];
  const expected = [
    {
      gpu: { id: '0', index: 0, vendor: 'amd' },
      use: { memory: 2048 * 1024 * 1024, memoryTotal: 16368 * 1024 * 1024, busy: 0.37 },
    },
    { gpu: { id: '1', index: 1, vendor: 'amd' }, use: {} },
  ];
  expect(parseAmdQuery(JSON.stringify(list))).toEqual(expected);
  expect(parseAmdQuery(JSON.stringify({ gpu_data: list }))).toEqual(expected);
});

test.for(['', 'ERROR: no driver', '[1, 2', '"text"', '3'])('something else is not understood: %j', (text) => {
  expect(parseRocmQuery(text)).toBeUndefined();
  expect(parseAmdQuery(text)).toBeUndefined();
});
