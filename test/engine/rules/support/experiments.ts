import fc from 'fast-check';
import { processKey } from '../../../../src/engine/contract/process-key.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';
import type { ResolvedExperiment } from '../../../../src/engine/spec/resolve/resolved-experiment.ts';
import type { ProcessScript, Request } from './simulated-experiment.ts';

export interface Scenario {
  readonly experiment: ResolvedExperiment;
  readonly scripts: ReadonlyMap<string, ProcessScript>;
  readonly requests: readonly Request[];
}

const names = ['a', 'b', 'c', 'd', 'e'] as const;

export function resolve(input: object): ResolvedExperiment {
  return resolveExperiment(parseSpec({ name: 'x', ...input }, { baseDir: '/base' }));
}

const runScript = fc.record({
  readyAfter: fc.integer({ min: 0, max: 5 }),
  endsAfter: fc.integer({ min: 0, max: 30 }),
  exitCode: fc.constantFrom(0, 0, 1),
});

const processFields = fc.record({
  policy: fc.constantFrom('never', 'on-failure', 'always'),
  maxRestarts: fc.integer({ min: 0, max: 2 }),
  maxDuration: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
  /** By the numbers of earlier processes. */
  after: fc.array(fc.tuple(fc.nat(4), fc.constantFrom('started', 'ready', 'succeeded', 'ended')), { maxLength: 2 }),
  runs: fc.array(runScript, { minLength: 1, maxLength: 3 }),
  runsForever: fc.boolean(),
  stopSeconds: fc.integer({ min: 0, max: 3 }),
});

/**
 * Experiments whose processes end, except some that no other waits for and the experiment does not end with.
 * @param rules which rules beyond start conditions they have
 */
export function scenarios(rules: { readonly endsWith: boolean; readonly requests: boolean }): fc.Arbitrary<Scenario> {
  return fc
    .record({
      members: fc.array(processFields, { minLength: 2, maxLength: 5 }),
      ends: fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 2 }),
      delay: fc.constantFrom(undefined, 3, 10),
      maxDuration: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
      onFailure: fc.constantFrom('continue', 'stop'),
      requests: fc.array(
        fc.record({ type: fc.constantFrom('restart', 'stop'), key: fc.nat(4), at: fc.integer({ min: 0, max: 60 }) }),
        { maxLength: rules.requests ? 4 : 0 },
      ),
    })
    .map(({ members, ends, delay, maxDuration, onFailure, requests }) => {
      const nameOf = (index: number) => names[index % members.length] as string;
      const awaited = new Set(
        members.flatMap(({ after }, index) =>
          after.filter(([earlier]) => earlier % members.length < index).map(([earlier]) => nameOf(earlier)),
        ),
      );
      const endNames = rules.endsWith ? [...new Set(ends.map(nameOf))] : [];
      const isEndless = (index: number, runsForever: boolean) =>
        runsForever && !awaited.has(nameOf(index)) && !endNames.includes(nameOf(index));
      const processes = members.map((member, index) => {
        const after = Object.fromEntries(
          member.after
            .filter(([earlier]) => earlier % members.length < index)
            .map(([earlier, condition]) => [nameOf(earlier), condition]),
        );
        const limit =
          member.policy === 'never' || isEndless(index, member.runsForever) ? undefined : member.maxRestarts;
        // Apart from each other, as the ends of the runs below.
        const maxDuration = member.maxDuration === undefined ? undefined : member.maxDuration + 0.003 + index * 0.017;
        const fields = { restart: member.policy, maxRestarts: limit, maxDuration, after };
        return [nameOf(index), { command: 'x', ...fields }] as const;
      });
      const input = {
        processes: Object.fromEntries(processes),
        onFailure,
        maxDuration: rules.endsWith ? undefined : maxDuration,
        ...(endNames.length > 0 && { endsWith: { processes: endNames, delay } }),
      };
      const scripts = members.map((member, index): [string, ProcessScript] => {
        const forever = { readyAfter: 1, endsAfter: Number.POSITIVE_INFINITY, exitCode: 0 };
        // No two things happen at the same moment, as their order would then be left to chance.
        const apart = member.runs.map(({ readyAfter, endsAfter, exitCode }, run) => {
          const offset = 0.001 + index * 0.013 + run * 0.107;
          return { readyAfter: readyAfter + offset / 2, endsAfter: endsAfter + offset, exitCode };
        });
        const runs = isEndless(index, member.runsForever) ? [...apart, forever] : apart;
        return [nameOf(index), { runs, stopSeconds: member.stopSeconds }];
      });
      return { input, scripts, requests: requests.map(({ key, ...request }) => ({ ...request, key: nameOf(key) })) };
    })
    .filter(({ input }) => isAccepted(input))
    .map(({ input, scripts, requests }) => ({
      experiment: resolve(input),
      scripts: new Map(scripts),
      requests: requests as readonly Request[],
    }));
}

/** Some combinations are refused, such as a process that could only start when the experiment is over. */
function isAccepted(input: object): boolean {
  try {
    resolve(input);
    return true;
  } catch {
    return false;
  }
}

export function keysOf({ processes }: ResolvedExperiment): string[] {
  return processes.map(processKey);
}
