import type { ServiceKind } from './spec/resolved-experiment.ts';

/**
 * - `pending`: accepted, and not started yet; the reason says what it waits for
 * - `starting`: started, not ready for the first time yet
 * - `running`: started, and was ready
 * - `backoff`: ended, and will be started again; `until` says when
 * - `succeeded`, `failed`: ended by itself, for good
 * - `stopped`: ended because somebody asked for it
 * - `lost`: neither itself nor Symphony ended it, or how it ended is unknown; the reason says why
 */
export const processStates = [
  'pending',
  'starting',
  'running',
  'backoff',
  'succeeded',
  'failed',
  'stopped',
  'lost',
] as const;
export type ProcessState = (typeof processStates)[number];

/** Names one process of an experiment; the group is null for one outside any group. */
export interface ProcessReference {
  readonly group: string | null;
  readonly name: string;
}

/** One process as everyone sees it. This is also its shape in `-o json`; what is absent is unknown. Times are ISO 8601 in UTC. */
export interface ProcessStatus extends ProcessReference {
  readonly experiment: string;
  readonly state: ProcessState;
  readonly ready: boolean;
  /** How often it was started again, by its policy or by hand. */
  readonly restarts: number;
  /** In words: why it waits, failed or was lost. */
  readonly reason?: string;
  /** As things stand it will not go on by itself: `reason` says what somebody has to mend. */
  readonly blocked?: true;
  readonly exitCode?: number;
  /** With SIG: `SIGKILL`. */
  readonly signal?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** While in `backoff`: when it will be started again. */
  readonly until?: string;
  /** Service name to port, of what it binds and exposes. */
  readonly ports: Readonly<Record<string, number>>;
  readonly pid?: number;
  readonly pod?: string;
  readonly container?: string;
  readonly node?: string;
  /** Cores in use, and bytes. Only where they were asked for. */
  readonly cpu?: number;
  readonly memory?: number;
  readonly command: string | readonly string[];
}

/**
 * - `starting`: not everything is ready yet, and nothing failed
 * - `running`: everything that has not succeeded is ready
 * - `degraded`: something failed, was lost, is blocked, is not ready any more or waits for its restart while others run
 * - `succeeded`, `failed`: nothing runs any more; `failed` if anything failed or was lost
 * - `stopping`: it is being deleted
 */
export const experimentStates = ['starting', 'running', 'degraded', 'succeeded', 'failed', 'stopping'] as const;
export type ExperimentState = (typeof experimentStates)[number];

export interface ServiceStatus {
  readonly name: string;
  readonly kind: ServiceKind;
  readonly host: string;
  readonly port: number;
  /** Where a browser finds it, if it is exposed and the address is known. */
  readonly url?: string;
}

/** An experiment as lists show it, and its shape in `-o json`. */
export interface ExperimentStatus {
  readonly name: string;
  readonly backend: string;
  /** Where it stands within its cluster, in a few words: `namespace team-a`. Absent where there is only one such place. */
  readonly place?: string;
  readonly state: ExperimentState;
  /** What everyone should know about the whole: another host's, a broken record. */
  readonly reason?: string;
  readonly createdAt: string;
  readonly processes: ProcessCounts;
  readonly services: readonly ServiceStatus[];
}

export interface ProcessCounts {
  readonly total: number;
  readonly ready: number;
  readonly running: number;
  readonly failed: number;
  readonly succeeded: number;
}

/** One ended or current run of a process, newest last. */
export interface RunStatus {
  /** From 1. */
  readonly run: number;
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly exitCode?: number;
  readonly signal?: string;
  readonly reason?: string;
}

/** Whether a process in this state runs now. */
export function isAlive(state: ProcessState): boolean {
  return state === 'starting' || state === 'running';
}

/** Whether a process in this state has ended and will not be started again by itself. */
export function isFinal(state: ProcessState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'stopped' || state === 'lost';
}

/** Counts processes for an experiment's row; `running` counts those alive, `failed` also the lost ones. */
export function countProcesses(processes: readonly Pick<ProcessStatus, 'state' | 'ready'>[]): ProcessCounts {
  let ready = 0;
  let running = 0;
  let failed = 0;
  let succeeded = 0;
  for (const status of processes) {
    if (status.ready) ready += 1;
    if (isAlive(status.state)) running += 1;
    else if (status.state === 'failed' || status.state === 'lost') failed += 1;
    else if (status.state === 'succeeded') succeeded += 1;
  }
  return { total: processes.length, ready, running, failed, succeeded };
}

/** An experiment's state, from its processes' alone; `stopping` is for the backend to say. */
export function summarizeState(
  processes: readonly Pick<ProcessStatus, 'state' | 'ready' | 'blocked'>[],
): ExperimentState {
  const broken = processes.some(({ state }) => state === 'failed' || state === 'lost');
  if (processes.every(({ state }) => isFinal(state))) return broken ? 'failed' : 'succeeded';
  const isTroubled = ({ state, ready, blocked }: Pick<ProcessStatus, 'state' | 'ready' | 'blocked'>) =>
    state === 'backoff' || blocked || (state === 'running' && !ready);
  if (broken || processes.some(isTroubled)) return 'degraded';
  if (processes.some(({ state }) => state === 'pending' || state === 'starting')) return 'starting';
  return 'running';
}

/** `group/name`, or the bare name of a process outside any group. */
export function formatProcess(reference: ProcessReference): string {
  return reference.group === null ? reference.name : `${reference.group}/${reference.name}`;
}

export function sameProcess(a: ProcessReference, b: ProcessReference): boolean {
  return a.name === b.name && a.group === b.group;
}
