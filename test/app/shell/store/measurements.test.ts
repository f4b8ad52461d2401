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
