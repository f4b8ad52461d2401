import { setTimeout as delay } from 'node:timers/promises';
import { SymphonyError, throwIfAborted } from '../../../engine/errors.ts';
import { isStatus } from '../api/api-error.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject as AnyObject } from '../api/kube-object.ts';
import type { Manifest } from '../manifest.ts';
import { parseQuantity } from '../quantity.ts';
import { type Demand, quotaDemand } from './quota-demand.ts';

/** What was deleted just now is counted for a moment: how often a quota that does not suffice is looked at, and how apart. */
const maxAttempts = 4;
const attemptDelayMilliseconds = 1_000;

/**
 * Whether the quotas of a namespace hold all objects of a launch together: the server itself looks at one after the other,
 * so that it would refuse only after it has created some. Without the right to see quotas that is how it is told.
 * @throws SymphonyError `failed` naming the quota, what is asked for and what there is
 */
export async function checkQuotas(
  client: KubeClient,
  namespace: string,
  counted: readonly { readonly object: Manifest; readonly count: number }[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const demand = quotaDemand(counted);
  for (let attempt = 1; ; attempt += 1) {
    const quotas = await client.list('ResourceQuota', { namespace, signal }).catch((error) => {
      if (isStatus(error, 403, 404)) return { items: [] };
      throw error;
    });
    const exceeded = quotas.items.map((quota) => exceededReason(quota, demand)).find((reason) => reason !== undefined);
    if (exceeded === undefined) return;
    if (attempt === maxAttempts) {
      throw new SymphonyError('failed', `${exceeded}.`, {
        hint: 'Ask for less, delete what is not needed, or ask for a larger quota.',
      });
    }
    await delay(attemptDelayMilliseconds, undefined, { ...(signal && { signal }) }).catch(() => undefined);
    throwIfAborted(signal);
  }
}

/** Why a quota does not hold a demand; undefined if it does. One with scopes counts some objects only, and is left to the server. */
export function exceededReason({ metadata, spec, status }: AnyObject, demand: Demand): string | undefined {
  if ((spec?.scopes ?? []).length > 0 || spec?.scopeSelector !== undefined) return undefined;
  const hard: Readonly<Record<string, string>> = status?.hard ?? spec?.hard ?? {};
  const used: Readonly<Record<string, string>> = status?.used ?? {};
  const short = Object.entries(hard).filter(([resource, limit]) => {
    const wanted = demand[resource] ?? 0;
    const maximum = parseQuantity(limit);
    return wanted > 0 && maximum !== undefined && (parseQuantity(used[resource] ?? '0') ?? 0) + wanted > maximum;
  });
  if (short.length === 0) return undefined;
  const asked = short.map(([resource]) => `${resource}=${round(demand[resource] ?? 0)}`).join(', ');
  const usage = short.map(([resource, limit]) => `${resource}: ${used[resource] ?? '0'} of ${limit}`).join(', ');
  return `The quota ${metadata.name} of namespace ${metadata.namespace} does not suffice: all processes together ask for ${asked}; in use are ${usage}`;
}

function round(amount: number): number {
  return Math.round(amount * 1000) / 1000;
}
