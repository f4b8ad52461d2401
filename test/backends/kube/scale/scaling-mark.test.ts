import { expect, it } from 'vitest';
import {
  interruptedScaling,
  markEnd,
  readScalingMark,
  scalingAnnotation,
} from '../../../../src/backends/kube/scale/scaling-mark.ts';

const mark = { id: 'a1', renewed: '2030-01-01T00:00:00.000Z', counts: { agent: 20, 'pair/worker': 3 } };
const record = (annotations: Readonly<Record<string, string | null>>) => ({
  metadata: { name: 'symphony-experiment', annotations: annotations as Readonly<Record<string, string>> },
});

it('a mark is read as it was written, and anything else is none', () => {
  expect(readScalingMark(record(scalingAnnotation(mark)))).toEqual(mark);
  expect(readScalingMark({ metadata: { name: 'x' } })).toBeUndefined();
  for (const text of [
    '',
    'x',
    'null',
    '{}',
    '{"id":"a","renewed":"never","counts":{}}',
    '{"id":"a","counts":{"a":"b"}}',
  ])
    expect(readScalingMark(record({ 'symphony/scaling': text }))).toBeUndefined();
  expect(scalingAnnotation(null)).toEqual({ 'symphony/scaling': null });
});

it('a mark that was not renewed for long says how to finish the change', () => {
  const marked = record(scalingAnnotation(mark));
  expect(interruptedScaling(marked, markEnd(mark) - 1)).toBeUndefined();
  expect(interruptedScaling(marked, markEnd(mark))).toBe(
    "its scaling was interrupted: finish it with cluster.scale(experiment, { 'agent': 20, 'pair/worker': 3 })",
  );
  expect(interruptedScaling(record({}), markEnd(mark))).toBeUndefined();
});
