import type { Gpu } from './gpu.ts';

/** The GPUs that one process wants. */
export interface GpuRequest {
  readonly key: string;
  /** The place of the process in the spec, for messages. */
  readonly path: string;
  /** At least 1. */
  readonly count: number;
  /** The processes of the same experiment that have ended for good whenever this one runs. */
  readonly endedBefore: ReadonlySet<string>;
}

export type GpuAssignment =
  | { readonly assigned: ReadonlyMap<string, readonly Gpu[]> }
  /** The first process for which too few are left, how many are, and what those before it were to get. */
  | { readonly failed: GpuRequest; readonly left: number; readonly before: ReadonlyMap<string, readonly Gpu[]> };

/**
 * Assigns each process its GPUs. Two processes get the same GPU only if one has ended for good whenever the other runs: of
 * a preparation and the training that waits for its success, the second takes over the GPUs of the first.
 * @param requests in an order in which a process comes after those of its `endedBefore`
 * @param free in the order of preference
 */
export function assignGpus(requests: readonly GpuRequest[], free: readonly Gpu[]): GpuAssignment {
  const users = new Map<string, string[]>(free.map(({ id }) => [id, []]));
  const assigned = new Map<string, readonly Gpu[]>();
  for (const request of requests) {
    const { key, count, endedBefore } = request;
    const usersOf = ({ id }: Gpu) => users.get(id) ?? [];
    const usable = free.filter((gpu) => isUsable(gpu, count) && usersOf(gpu).every((user) => endedBefore.has(user)));
    if (usable.length < count) return { failed: request, left: usable.length, before: assigned };
    // Those that others leave first, so that the others stay free.
    const left = usable.filter((gpu) => usersOf(gpu).length > 0);
    const chosen = new Set([...left, ...usable.filter((gpu) => usersOf(gpu).length === 0)].slice(0, count));
    for (const gpu of chosen) users.get(gpu.id)?.push(key);
    assigned.set(
      key,
      free.filter((gpu) => chosen.has(gpu)),
    );
  }
  return { assigned };
}

/** A CUDA program uses one MIG device at most. */
function isUsable(gpu: Gpu, count: number): boolean {
  return count === 1 || !gpu.isPart;
}
