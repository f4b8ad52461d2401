import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assignGpus, type GpuRequest } from '../../../../src/backends/kit/gpus/assign-gpus.ts';
import type { Gpu } from '../../../../src/backends/kit/gpus/gpu.ts';
import { gpuRequests } from '../../../../src/backends/kit/gpus/gpu-requests.ts';
import type { StartCondition } from '../../../../src/engine/spec/experiment-spec.ts';

const whole = (count: number): Gpu[] =>
  Array.from({ length: count }, (_, index) => ({ id: `GPU-${index}`, index, vendor: 'nvidia' }));
const parts = (count: number): Gpu[] =>
  Array.from({ length: count }, (_, index) => ({ id: `MIG-${index}`, vendor: 'nvidia', isPart: true }));
const request = (key: string, count: number, ...endedBefore: string[]): GpuRequest => ({
  key,
  path: `processes.${key}`,
  count,
  endedBefore: new Set(endedBefore),
});

function ids(requests: readonly GpuRequest[], free: readonly Gpu[]): Record<string, string[]> {
  const assignment = assignGpus(requests, free);
  if ('failed' in assignment) throw new Error(`${assignment.failed.key} failed with ${assignment.left} left`);
  return Object.fromEntries([...assignment.assigned].map(([key, gpus]) => [key, gpus.map(({ id }) => id)]));
}

describe('the assignment', () => {
  test('gives each process its own', () => {
    expect(ids([request('a', 1), request('b', 2)], whole(3))).toEqual({ a: ['GPU-0'], b: ['GPU-1', 'GPU-2'] });
  });

  test('says which process gets too few, how many are left, and who gets the others', () => {
    expect(assignGpus([request('a', 1), request('b', 2)], whole(2))).toEqual({
      failed: expect.objectContaining({ key: 'b' }),
      left: 1,
      before: new Map([['a', [expect.objectContaining({ id: 'GPU-0' })]]]),
    });
  });

  test('hands the GPUs of one that has ended on, before it takes others', () => {
    const requests = [request('prepare', 1), request('other', 1), request('train', 2, 'prepare')];
    expect(ids(requests, whole(3))).toEqual({ prepare: ['GPU-0'], other: ['GPU-1'], train: ['GPU-0', 'GPU-2'] });
  });

  test('hands nothing on to a process that may run beside one of its users', () => {
    const requests = [request('a', 1), request('b', 1, 'a'), request('c', 1, 'b')];
    expect(ids(requests, whole(2))).toEqual({ a: ['GPU-0'], b: ['GPU-0'], c: ['GPU-1'] });
  });

  test('gives a process one MIG device, and never several', () => {
    expect(ids([request('a', 1), request('b', 1)], parts(2))).toEqual({ a: ['MIG-0'], b: ['MIG-1'] });
    expect(assignGpus([request('a', 2)], parts(7))).toMatchObject({ failed: { key: 'a' }, left: 0 });
    expect(ids([request('a', 2)], [...parts(2), ...whole(2)])).toEqual({ a: ['GPU-0', 'GPU-1'] });
  });
});

const conditions: readonly StartCondition[] = ['started', 'ready', 'succeeded', 'ended'];

/** Experiments whose processes wait for earlier ones. */
const experiments = fc
  .array(
    fc.record({
      count: fc.nat(2),
      after: fc.array(fc.record({ back: fc.integer({ min: 1, max: 3 }), condition: fc.constantFrom(...conditions) }), {
        maxLength: 2,
      }),
    }),
    { minLength: 1, maxLength: 7 },
  )
  .map((drafts) =>
    drafts.map(({ count, after }, index) => ({
      group: null,
      name: `p${index}`,
      path: `processes.p${index}`,
      resources: { gpu: count },
      after: after
        .filter(({ back }) => back <= index)
        .map(({ back, condition }) => ({ key: `p${index - back}`, condition })),
    })),
  );

describe('properties', () => {
  test('each process gets as many as it wants, each once, or nothing is assigned', () => {
    fc.assert(
      fc.property(experiments, fc.nat(8), (processes, count) => {
        const requests = gpuRequests(processes);
        const assignment = assignGpus(requests, whole(count));
        if ('failed' in assignment) {
          expect(assignment.left).toBeLessThan(assignment.failed.count);
          return;
        }
        expect([...assignment.assigned.keys()].sort()).toEqual(requests.map(({ key }) => key).sort());
        for (const { key, count: wanted } of requests) {
          expect(new Set(assignment.assigned.get(key)).size).toBe(wanted);
        }
      }),
    );
  });

  test('as many GPUs as all want together are always enough', () => {
    fc.assert(
      fc.property(experiments, (processes) => {
        const total = processes.reduce((sum, { resources }) => sum + resources.gpu, 0);
        expect(assignGpus(gpuRequests(processes), whole(total))).toHaveProperty('assigned');
      }),
    );
  });

  test('no GPU is used by two at a time, in whatever order the processes start and end', () => {
    fc.assert(
      fc.property(experiments, fc.nat(6), fc.infiniteStream(fc.nat(1000)), (processes, count, choices) => {
        const assignment = assignGpus(gpuRequests(processes), whole(count));
        if ('failed' in assignment) return;
        play(processes, choices, (running) => {
          const used = running.flatMap((key) => (assignment.assigned.get(key) ?? []).map(({ id }) => id));
          expect(new Set(used).size).toBe(used.length);
        });
      }),
      { numRuns: 2000 },
    );
  });
});

interface Waiting {
  readonly name: string;
  readonly after: readonly { readonly key: string; readonly condition: StartCondition }[];
}

type State = 'pending' | 'running' | 'succeeded' | 'failed' | 'stopped';

/** Plays one life of an experiment: at each step, a random process does something that the rules allow. */
function play(
  processes: readonly Waiting[],
  choices: Iterator<number>,
  check: (running: readonly string[]) => void,
): void {
  const states = new Map<string, State>(processes.map(({ name }) => [name, 'pending']));
  const everRan = new Set<string>();
  const holds = (key: string, condition: StartCondition) => {
    const state = states.get(key) ?? 'pending';
    if (condition === 'started' || condition === 'ready') return everRan.has(key);
    return condition === 'succeeded' ? state === 'succeeded' : !['pending', 'running'].includes(state);
  };
  const next = () => Number(choices.next().value);
  for (let step = 0; step < 4 * processes.length; step += 1) {
    const { name, after } = processes[next() % processes.length] as Waiting;
    const state = states.get(name);
    if (state === 'pending') {
      if (next() % 5 === 0) states.set(name, 'stopped');
      else if (after.every(({ key, condition }) => holds(key, condition))) {
        states.set(name, 'running');
        everRan.add(name);
      }
    } else if (state === 'running') states.set(name, next() % 2 === 0 ? 'succeeded' : 'failed');
    check([...states].filter(([, each]) => each === 'running').map(([key]) => key));
  }
}
