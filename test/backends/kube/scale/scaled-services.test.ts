import fc from 'fast-check';
import { expect, it } from 'vitest';
import { assignServices } from '../../../../src/backends/kube/manifests/assign-services.ts';
import { scaledServices } from '../../../../src/backends/kube/scale/scaled-services.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';

const location = { experiment: 'rl', namespace: 'rl', ownNamespace: true };

function resolved(replicas: number, others = 1) {
  const processes = {
    fixed: { command: 'x', bind: { web: 7_002 } },
    agent: { command: 'x', replicas, bind: 'stats' },
    other: { command: 'x', replicas: others, bind: 'more' },
  };
  return resolveExperiment(parseSpec({ name: 'rl', image: 'busybox', processes }));
}

it('services that stay keep their ports, and no port is given twice, whatever the numbers', () => {
  const count = fc.integer({ min: 1, max: 20 });
  fc.assert(
    fc.property(count, fc.array(fc.tuple(count, count), { maxLength: 5 }), (first, changes) => {
      let known = assignServices(resolved(first), location);
      for (const [agents, others] of changes) {
        const experiment = resolved(agents, others);
        const next = scaledServices(known, experiment, location);
        expect(next.map(({ name }) => name)).toEqual(experiment.services.map(({ name }) => name));
        expect(new Set(next.map(({ port }) => port)).size).toBe(next.length);
        for (const { name, port } of known) {
          const kept = next.find((service) => service.name === name);
          if (kept !== undefined) expect(kept.port).toBe(port);
        }
        known = next;
      }
    }),
  );
});

it('a range that is too small is refused', () => {
  const processes = { agent: { command: 'x', replicas: 1, bind: 'stats' } };
  const of = (replicas: number) =>
    resolveExperiment(
      parseSpec({
        name: 'rl',
        image: 'busybox',
        portRange: [7_000, 7_001],
        processes: { agent: { ...processes.agent, replicas } },
      }),
    );
  const known = assignServices(of(1), location);
  expect(scaledServices(known, of(2), location).map(({ port }) => port)).toEqual([7_000, 7_001]);
  expect(() => scaledServices(known, of(3), location)).toThrow(/no port from 7000 to 7001 is free/);
});
