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
  if (unaware.length === 0) return [`Scaled ${scaled.join(', ')}.`];
  const services = listNames([...result.newServices, ...result.goneServices]);
  return [
    `Scaled ${scaled.join(', ')}.`,
    `Restart ${listNames(unaware)} to tell of services that are new or gone: ${services}.`,
  ];
}
