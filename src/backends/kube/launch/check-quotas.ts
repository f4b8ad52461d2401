import { setTimeout as delay } from 'node:timers/promises';
import { SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import { isStatus } from '../api/api-error.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject as AnyObject } from '../api/kube-object.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { parseQuantity } from '../manifests/pod/quantity.ts';
import { type Demand, quotaDemand } from './quota-demand.ts';

/**
 * A quota counts deleted objects for a moment, so an insufficient one is checked this many times, with a delay in
 * milliseconds.
 */
const maxAttempts = 4;
const attemptDelayMilliseconds = 1_000;

/**
 * Checks whether the quotas of a namespace allow all objects of a launch together. The server checks objects one by
 * one, so it would refuse only after it has created some. Without the right to read quotas, that refusal is reported.
 * @throws SymphonyError `failed` naming the quota, the demand and the usage
 */
export async function checkQuotas(
  client: KubeClient,
  {
    namespace,
    counted,
    freed,
  }: {
    readonly namespace: string;
    readonly counted: readonly { readonly object: Manifest; readonly count: number }[];
    /** What will be free by then. */
    readonly freed: Demand;
  },
  signal: AbortSignal | undefined,
): Promise<void> {
  const demand = quotaDemand(counted);
  for (let attempt = 1; ; attempt += 1) {
    const quotas = await client.list('ResourceQuota', { namespace, signal }).catch((error) => {
      if (isStatus(error, 403, 404)) return { items: [] };
      throw error;
    });
    const exceeded = quotas.items
      .map((quota) => exceededReason(quota, demand, freed))
      .find((reason) => reason !== undefined);
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

/**
 * Why a quota does not allow a demand; undefined if it does. What is used and will be freed counts as free. Quotas with scopes count only some objects and are left to
 * the server.
 */
export function exceededReason(
  { metadata, spec, status }: AnyObject,
  demand: Demand,
  freed: Demand = {},
): string | undefined {
  if ((spec?.scopes ?? []).length > 0 || spec?.scopeSelector !== undefined) return undefined;
  const hard: Readonly<Record<string, string>> = status?.hard ?? spec?.hard ?? {};
  const used: Readonly<Record<string, string>> = status?.used ?? {};
  const short = Object.entries(hard).filter(([resource, limit]) => {
    const wanted = demand[resource] ?? 0;
    const maximum = parseQuantity(limit);
    const others = (parseQuantity(used[resource] ?? '0') ?? 0) - (freed[resource] ?? 0);
    return wanted > 0 && maximum !== undefined && others + wanted > maximum;
  });
  if (short.length === 0) return undefined;
  const asked = short.map(([resource]) => `${resource}=${round(demand[resource] ?? 0)}`).join(', ');
  const usage = short.map(([resource, limit]) => `${resource}: ${used[resource] ?? '0'} of ${limit}`).join(', ');
  return `The quota ${metadata.name} of namespace ${metadata.namespace} is too small: all processes together ask for ${asked}; already used: ${usage}`;
}

function round(amount: number): number {
  return Math.round(amount * 1000) / 1000;
}
