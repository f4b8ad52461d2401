import { expect, it } from 'vitest';
import { addSample, maxSamples } from '../../../../src/app/shell/store/measurements.ts';

it('keeps a limited number of measurements of each process, and none of absent processes', () => {
  let known = addSample(new Map(), [{ group: null, name: 'old', cpu: 1 }]);
  for (let sample = 0; sample < maxSamples + 5; sample++)
    known = addSample(known, [{ group: null, name: 'a', cpu: sample, memory: 9 }]);
  expect([...known.keys()]).toEqual(['a']);
  expect(known.get('a')?.history).toHaveLength(maxSamples);
  expect(known.get('a')).toMatchObject({ cpu: maxSamples + 4, memory: 9 });
});

it('keeps what is used of GPUs where it is measured', () => {
  const sample = [
    { group: null, name: 'a', gpu: 0.5, gpuMemory: 1024 },
    { group: null, name: 'b', memory: 1 },
  ];
  const known = addSample(new Map(), sample);
  expect(known.get('a')).toEqual({ gpu: 0.5, gpuMemory: 1024, history: [] });
  expect(known.get('b')).toEqual({ memory: 1, history: [] });
});
