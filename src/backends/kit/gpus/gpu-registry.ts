import { SymphonyError } from '../../../engine/contract/errors.ts';
import { parseProcessKey } from '../../../engine/contract/process-key.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import { type Advice, advise } from '../../../engine/text/advice.ts';
import { countOf } from '../../../engine/text/sentences.ts';
import { type RegisterHolder, SharedRegister } from '../host/shared-register.ts';
import { assignGpus, type GpuRequest } from './assign-gpus.ts';
import { describeGpu, type Gpu } from './gpu.ts';

/** The holder of a GPU, with the keys of the processes that use it, one after the other. */
export interface GpuHolder extends RegisterHolder {
  readonly processes: readonly string[];
}

/** What each process of an experiment holds, by its key. */
export type HeldGpus = Readonly<Record<string, readonly Gpu[]>>;

const register = new SharedRegister<GpuHolder>('gpus');

/** The holders of all GPUs that are handed out, by the id of the GPU. */
export function readGpuHolders(): Readonly<Record<string, GpuHolder>> {
  return register.read();
}

/**
 * Takes GPUs for processes of an experiment, for all or for none. A GPU is free if no other experiment of this user holds
 * it. A lock prevents two launches from taking the same one.
 * @param held what the experiment holds already, and keeps
 * @throws SymphonyError `conflict` naming the holders if too few are free
 */
export async function takeGpus(
  holder: RegisterHolder,
  requests: readonly GpuRequest[],
  offered: readonly Gpu[],
  held: HeldGpus = {},
): Promise<HeldGpus> {
  if (requests.length === 0) return held;
  return register.update(async (entries) => {
    const others = withoutFolder(entries, holder.folder);
    const taken = findGpus(holder, requests, offered, { others, held });
    return { entries: { ...others, ...entriesOf(holder, taken) }, result: taken };
  });
}

/**
 * The GPUs that `takeGpus` would take if the experiment held none: what it holds counts as free. Takes nothing.
 * @throws as `takeGpus`
 */
export function previewGpus(
  holder: RegisterHolder,
  requests: readonly GpuRequest[],
  offered: readonly Gpu[],
): HeldGpus {
  return findGpus(holder, requests, offered, { others: withoutFolder(register.read(), holder.folder), held: {} });
}

function findGpus(
  holder: RegisterHolder,
  requests: readonly GpuRequest[],
  offered: readonly Gpu[],
  { others, held }: { readonly others: Entries; readonly held: HeldGpus },
): HeldGpus {
  const own = new Set(Object.values(held).flatMap((gpus) => gpus.map(({ id }) => id)));
  const free = offered.filter(({ id }) => others[id] === undefined && !own.has(id));
  const assignment = assignGpus(requests, free);
  if ('failed' in assignment) {
    const launch = { ...held, ...Object.fromEntries(assignment.before) };
    const holders = { ...others, ...entriesOf({ ...holder, experiment: '' }, launch) };
    throw tooFew(assignment.failed, assignment.left, offered, holders);
  }
  return { ...held, ...Object.fromEntries(assignment.assigned) };
}

/**
 * Writes what an experiment holds into the register: fewer GPUs once some of its processes have ended, or the same again
 * where the register was lost. A GPU that another experiment holds meanwhile stays with that experiment.
 * @returns the GPUs that another experiment holds
 */
export async function recordGpus(holder: RegisterHolder, held: HeldGpus): Promise<readonly Gpu[]> {
  return register.update(async (entries) => {
    const others = withoutFolder(entries, holder.folder);
    const lost = Object.values(held).flatMap((gpus) => gpus.filter(({ id }) => others[id] !== undefined));
    return { entries: { ...entriesOf(holder, held), ...others }, result: lost };
  });
}

/** What the register says that an experiment holds: the keys of the processes by the id of the GPU. */
export function recordedGpus(folder: string): Readonly<Record<string, readonly string[]>> {
  const own = Object.entries(register.read()).filter(([, holder]) => holder.folder === folder);
  return Object.fromEntries(own.map(([id, { processes }]) => [id, processes]));
}

/** Releases all GPUs of an experiment. */
export function releaseGpus(folder: string): Promise<void> {
  return register.release(folder);
}

type Entries = Readonly<Record<string, GpuHolder>>;

function withoutFolder(entries: Entries, folder: string): Entries {
  return Object.fromEntries(Object.entries(entries).filter(([, holder]) => holder.folder !== folder));
}

function entriesOf({ experiment, folder }: RegisterHolder, held: HeldGpus): Entries {
  const entries = Object.entries(usersOf(held)).map(([id, processes]) => [id, { experiment, folder, processes }]);
  return Object.fromEntries(entries);
}

/** The keys of the processes that have each GPU, by its id. */
export function usersOf(held: HeldGpus): Readonly<Record<string, readonly string[]>> {
  const users: Record<string, string[]> = {};
  for (const [key, gpus] of Object.entries(held)) {
    for (const { id } of gpus) users[id] = [...(users[id] ?? []), key];
  }
  return users;
}

function tooFew(
  { key, count, path }: GpuRequest,
  left: number,
  offered: readonly Gpu[],
  entries: Entries,
): SymphonyError {
  const held = offered.filter(({ id }) => entries[id] !== undefined);
  const byHolder = Map.groupBy(held, ({ id }) => describeGpuHolder(entries[id] as GpuHolder));
  const holders = [...byHolder].map(([holder, gpus]) => `${gpus.map(describeGpu).join(' and ')} held by ${holder}`);
  const wants = `${formatProcess(parseProcessKey(key))} wants ${countGpus(count)}`;
  const free = `${left === 0 ? 'none' : left} of ${offered.length} ${left > 1 ? 'are' : 'is'} free`;
  const who = holders.length === 0 ? '' : `: ${holders.join(', ')}`;
  return new SymphonyError('conflict', `${path}.resources.gpu: ${wants}, and ${free}${who}.`, {
    hint: hintTooFew(count, offered),
  });
}

function hintTooFew(count: number, offered: readonly Gpu[]): string | Advice {
  if (count > 1 && offered.some(({ isPart }) => isPart)) return 'A process can use one MIG device at most; ask for 1.';
  if (count > offered.length)
    return advise(
      (say) =>
        `Ask for ${offered.length} at most${say.either(': symphony backends lists the GPUs of this machine', '')}.`,
    );
  return advise(
    (say) => `End what holds them${say.either(' (symphony backends lists the holders)', '')}, or ask for fewer.`,
  );
}

/** `learner of experiment rl`; without a name, the experiment is the one that is being launched. */
export function describeGpuHolder({ experiment, processes }: GpuHolder): string {
  const names = processes.map((key) => formatProcess(parseProcessKey(key))).join(', then ');
  return experiment === '' ? `${names} of the same experiment` : `${names} of experiment ${experiment}`;
}

export function countGpus(count: number): string {
  return countOf(count, 'GPU');
}
