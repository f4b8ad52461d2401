import { expect, it } from 'vitest';
import { planLaunch, refuseUnmapped } from '../../../src/engine/client/plan-launch.ts';
import type { PlanNote } from '../../../src/engine/contract/plan.ts';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../src/engine/spec/resolve/resolve-experiment.ts';

const limit: PlanNote = { verdict: 'not-enforced', path: 'processes.p.resources.memory', message: 'is not limited' };
const image: PlanNote = { verdict: 'refused', path: 'processes.p.image', message: 'is missing', hint: 'Name one.' };

function planOf(command: string, notes: readonly PlanNote[]) {
  const spec = parseSpec({ name: 'rl', processes: { p: { command } } });
  const plan = { backend: 'cloud', experiment: 'rl', notes, documents: [] };
  return planLaunch({ plan: () => plan }, spec, resolveExperiment(spec));
}

it('a plan has the notes of the backend, then those on the shell', () => {
  expect(planOf('true', [limit]).notes).toEqual([limit]);
  expect(planOf('source a', [limit]).notes).toMatchObject([limit, { verdict: 'warning', path: 'processes.p.command' }]);
});

it('a plan is refused for its refused fields only, which are named', () => {
  expect(() => refuseUnmapped(planOf('source a', [limit]))).not.toThrow();
  expect(() => refuseUnmapped(planOf('true', [limit, image]))).toThrow(
    expect.objectContaining({
      code: 'invalid-spec',
      message: 'The cloud backend refuses this spec.\nprocesses.p.image: is missing',
      hint: 'Name one.',
    }),
  );
});
