import type { ServiceKind } from '../spec/resolve/resolved-experiment.ts';
import type { ProcessFacts } from './extensions.ts';

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

/**
 * - `pending`: accepted and not started yet; `reason` says what it waits for
 * - `starting`: started, not ready for the first time yet
 * - `running`: started, and was ready
 * - `backoff`: ended and will be restarted; `until` says when
 * - `succeeded`, `failed`: ended by itself, for good
 * - `stopped`: ended on request
 * - `lost`: ended by neither itself nor Symphony, or in an unknown way; `reason` says why
 * @useDeclaredType
 */
export type ProcessState = (typeof processStates)[number];

/** Identifies one process of an experiment; the group is null for a process outside any group. */
export interface ProcessReference {
  readonly group: string | null;
  readonly name: string;
}

/** The status of one process, also its form in `-o json`. Absent fields are unknown. Times are ISO 8601 in UTC. */
export interface ProcessStatus extends ProcessReference, ProcessFacts {
  readonly experiment: string;
  readonly state: ProcessState;
  readonly ready: boolean;
  /** The number of restarts, by its policy or on request. */
  readonly restarts: number;
  /** Why it waits, failed or was lost, in words. */
  readonly reason?: string;
  /** While `pending`: it waits for other processes, as `after` says; `reason` names them. */
  readonly waits?: true;
  /** It cannot proceed without intervention: `reason` says what has to be fixed. */
  readonly blocked?: true;
  readonly exitCode?: number;
  /** With the prefix SIG: `SIGKILL`. */
  readonly signal?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** While in `backoff`: when it will be restarted. */
  readonly until?: string;
  /** Service name to port, for every service that it binds or exposes. */
  readonly ports: Readonly<Record<string, number>>;
  /** Cores and bytes in use. Only where metrics were requested. */
  readonly cpu?: number;
  readonly memory?: number;
  /** GPUs that compute and bytes in use on them, of a process that has GPUs. Only where metrics were requested. */
  readonly gpu?: number;
  readonly gpuMemory?: number;
  readonly command: string | readonly string[];
}

export const experimentStates = ['starting', 'running', 'degraded', 'succeeded', 'failed', 'stopping'] as const;

/**
 * - `starting`: not everything is ready yet, and nothing failed
 * - `running`: everything is ready that neither has succeeded nor waits for others as `after` says
 * - `degraded`: a process failed, was lost, is blocked, is no longer ready or waits for its restart while others run
 * - `succeeded`, `failed`: no process runs; the outcome by its rules if it has one, else `failed` if one failed or was lost
 * - `stopping`: it is being deleted
 * @useDeclaredType
 */
export type ExperimentState = (typeof experimentStates)[number];

export interface ServiceStatus {
  readonly name: string;
  readonly kind: ServiceKind;
  readonly host: string;
  readonly port: number;
  /** The address for a browser, if the service is exposed and the address is known. */
  readonly url?: string;
}

/** The status of an experiment, also its form in `-o json`. */
export interface ExperimentStatus {
  readonly name: string;
  readonly backend: string;
  /** Its place within the cluster, in a few words: `folder team-a`. Absent on clusters with one place. */
  readonly place?: string;
  readonly state: ExperimentState;
  /** A remark on the whole experiment: it runs on another host, its record is broken, a rule ended it. */
  readonly reason?: string;
  /** How it ended by one of its rules, also while processes are still being stopped; `reason` says why. */
  readonly outcome?: 'succeeded' | 'failed';
  /** It cannot proceed without intervention: `reason` says what has to be fixed. */
  readonly blocked?: true;
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

/** One ended or current run of a process. Lists of runs have the newest last. */
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

/** Whether a process in this state has ended and will not be restarted by its policy. */
export function isFinal(state: ProcessState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'stopped' || state === 'lost';
}

/** Counts processes for an experiment's row. `running` counts those alive, `failed` includes the lost ones. */
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

export type StateFacts = Pick<ProcessStatus, 'state' | 'ready' | 'waits' | 'blocked'>;

/**
 * An experiment's state as its processes imply it. Only the backend knows `stopping`.
 * @param outcome by a rule of the experiment; undefined if it was not ended by one
 */
export function summarizeState(processes: readonly StateFacts[], outcome?: 'succeeded' | 'failed'): ExperimentState {
  const broken = processes.some(({ state }) => state === 'failed' || state === 'lost');
  if (processes.every(({ state }) => isFinal(state))) return outcome ?? (broken ? 'failed' : 'succeeded');
  const isTroubled = ({ state, ready, blocked }: StateFacts) =>
    state === 'backoff' || blocked || (state === 'running' && !ready);
  if (broken || processes.some(isTroubled)) return 'degraded';
  const isStarting = ({ state, waits }: StateFacts) => state === 'starting' || (state === 'pending' && !waits);
  if (processes.some(isStarting)) return 'starting';
  return processes.some(({ state }) => state === 'running') ? 'running' : 'starting';
}

/** `group/name`, or the bare name of a process outside any group. */
export function formatProcess(reference: ProcessReference): string {
  return reference.group === null ? reference.name : `${reference.group}/${reference.name}`;
}

export function sameProcess(a: ProcessReference, b: ProcessReference): boolean {
  return a.name === b.name && a.group === b.group;
}
