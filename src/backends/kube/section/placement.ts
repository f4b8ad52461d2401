import { SymphonyError } from '../../../engine/contract/errors.ts';
import { parseCores, parseSize } from '../../../engine/text/quantities.ts';
import { countOf } from '../../../engine/text/sentences.ts';
import type { NodePool } from '../pools/node-pools.ts';
import type { PlacementInput } from './section-types.ts';

/** Resources that a container requests from its node. */
export interface PlacementResources {
  /** Cores. */
  readonly cpu?: number;
  /** Bytes. */
  readonly memory?: number;
  readonly gpu?: number;
}

const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;

/** The requests of the agents that clusters usually run on each node (logging, metrics, networking). */
const nodeOverhead = { cpu: 0.25, memory: 300 * mebibyte };

/**
 * The amounts of one machine that pods can request: its totals less the system's reservation, by the rule that GKE
 * publishes and other providers come close to, and less the agents on every node.
 */
export function allocatableOf(pool: NodePool): { readonly cpu: number; readonly memory: number } {
  const cpu = pool.allocatable ? pool.cpu : pool.cpu - keptCores(pool.cpu);
  const memory = pool.allocatable ? pool.memory : pool.memory - keptMemory(pool.memory);
  return { cpu: Math.max(0.001, cpu - nodeOverhead.cpu), memory: Math.max(mebibyte, memory - nodeOverhead.memory) };
}

/** Sums a tiered share: each part of the amount up to `upTo` contributes its own share. */
function tieredShare(amount: number, grades: readonly (readonly [upTo: number, share: number])[]): number {
  let from = 0;
  let kept = 0;
  for (const [upTo, share] of grades) {
    kept += Math.max(0, Math.min(amount, upTo) - from) * share;
    from = upTo;
  }
  return kept;
}

function keptCores(cores: number): number {
  return tieredShare(cores, [
    [1, 0.06],
    [2, 0.01],
    [4, 0.005],
    [Number.POSITIVE_INFINITY, 0.0025],
  ]);
}

function keptMemory(bytes: number): number {
  const share = tieredShare(bytes / gibibyte, [
    [4, 0.25],
    [8, 0.2],
    [16, 0.1],
    [128, 0.06],
    [Number.POSITIVE_INFINITY, 0.02],
  ]);
  // The eviction threshold adds 100 MiB.
  return share * gibibyte + 100 * mebibyte;
}

/** Finds a pool by name. @throws SymphonyError `not-found` with the known names */
export function findPool(name: string, pools: readonly NodePool[]): NodePool {
  const pool = pools.find((candidate) => candidate.name === name);
  if (pool !== undefined) return pool;
  const names = pools.map((candidate) => candidate.name);
  throw new SymphonyError(
    'not-found',
    `there is no node pool ${JSON.stringify(name)}; ${names.length === 0 ? 'none is known' : `there are ${names.join(', ')}`}`,
    { hint: 'Declare it under kube.nodePools of the experiment, or set nodePools to a file or to cluster.' },
  );
}

/**
 * The resources of a `place`. A share is a part of a machine's allocatable amounts, rounded down so that as many fit as
 * the share promises; GPUs bring their part of the machine; explicit amounts win.
 * @throws SymphonyError `invalid-spec`, without a path, if the machine is too small
 */
export function placementResources(place: PlacementInput, pool: NodePool | undefined): PlacementResources {
  const share = shareOf(place, pool);
  const usable = pool === undefined ? undefined : allocatableOf(pool);
  const part =
    share === undefined || usable === undefined
      ? {}
      : { cpu: roundDown(usable.cpu * share, 0.001), memory: roundDown(usable.memory * share, mebibyte) };
  const cpu = place.cpu === undefined ? part.cpu : parseCores(place.cpu);
  const memory = place.memory === undefined ? part.memory : parseSize(place.memory);
  if (pool !== undefined && usable !== undefined) {
    rejectExcess('CPU cores', cpu, usable.cpu, pool);
    rejectExcess('bytes of memory', memory, usable.memory, pool);
  }
  return {
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    ...(place.gpus === undefined ? {} : { gpu: place.gpus }),
  };
}

function shareOf(place: PlacementInput, pool: NodePool | undefined): number | undefined {
  if (place.share !== undefined) {
    if (pool === undefined)
      throw new SymphonyError('invalid-spec', 'a share refers to a machine of a pool; name the pool');
    if (typeof place.share === 'number') return place.share;
    const [part = 1, whole = 1] = place.share.split('/').map(Number);
    if (part > whole) throw new SymphonyError('invalid-spec', `${place.share} is more than one machine`);
    return part / whole;
  }
  if (place.gpus === undefined || pool === undefined) return undefined;
  if (pool.gpu === undefined) {
    throw new SymphonyError('invalid-spec', `the machines of node pool ${pool.name} have no GPU`);
  }
  if (place.gpus > pool.gpu.count) {
    throw new SymphonyError(
      'invalid-spec',
      `it wants ${countOf(place.gpus, 'GPU')}, and a machine of node pool ${pool.name} has ${pool.gpu.count}`,
    );
  }
  return place.gpus / pool.gpu.count;
}

function rejectExcess(what: string, wanted: number | undefined, usable: number, { name }: NodePool): void {
  if (wanted === undefined || wanted <= usable) return;
  const most = Math.floor(usable * 1000) / 1000;
  throw new SymphonyError(
    'invalid-spec',
    `it wants ${wanted} ${what}, and a machine of node pool ${name} has ${most} for pods`,
  );
}

/** Rounds down to a multiple of the step without floating-point noise: a fifth of five is one. */
function roundDown(amount: number, step: number): number {
  const steps = Math.floor(amount / step + 1e-6);
  return step < 1 ? steps / Math.round(1 / step) : steps * step;
}
