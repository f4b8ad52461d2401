import type { ScaleResult } from '../contract/capabilities.ts';
import { formatProcess } from '../contract/status.ts';
import type { ReplicaCounts } from '../spec/scale-spec.ts';
import { listNames } from './suggestion.ts';

/** What a change of the numbers of replicas did, in sentences. @param counts as asked for */
export function describeScaling(counts: ReplicaCounts, result: ScaleResult): readonly string[] {
  if (result.changes.length === 0) {
    const there = Object.entries(counts).map(([target, count]) => `${target} has ${count}`);
    return [`Nothing changes: ${there.join(', ')} already.`];
  }
  const scaled = result.changes.map(({ target, from, to }) => `${target} from ${from} to ${to}`);
  const unaware = result.unaware.map(formatProcess);
  const [first, ...others] = unaware;
  if (first === undefined) return [`Scaled ${scaled.join(', ')}.`];
  const services = listNames([...result.newServices, ...result.goneServices]);
  const know = others.length === 0 ? 'does not know' : 'do not know';
  return [
    `Scaled ${scaled.join(', ')}.`,
    `${listNames(unaware)} ${know} yet which services are new or gone (${services}); a restart tells.`,
  ];
}
