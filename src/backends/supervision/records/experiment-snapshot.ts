import { processKey } from '../../../engine/contract/process-key.ts';
import {
  countProcesses,
  type ExperimentState,
  type ExperimentStatus,
  isFinal,
  type ProcessStatus,
  summarizeState,
} from '../../../engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import { type ExperimentEnd, judgeEnd } from '../../../engine/rules/experiment-end.ts';
import { hasRules } from '../../../engine/rules/experiment-rules.ts';
import { toFacts } from '../../../engine/rules/process-facts.ts';
import { notStarted, type ProcessRuntime } from '../../../engine/rules/process-runtime.ts';
import type { AssignedService } from '../../../engine/spec/resolve/networking.ts';
import type { ResolvedExperiment, ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { formatUrl } from '../../../engine/text/format-address.ts';
import { type Gpu, referenceToGpu } from '../../kit/gpus/gpu.ts';
import type { ExperimentRecord } from './experiment-record.ts';
import type { ExperimentRuntime } from './experiment-runtime.ts';

export function toProcessStatus(
  record: ExperimentRecord,
  resolvedProcess: ResolvedProcess,
  runtime: ProcessRuntime,
  gpus: readonly Gpu[] | undefined,
): ProcessStatus {
  const last = runtime.runs.at(-1);
  const { ready, restarts, state, reason, blocked, until, pid, facts } = runtime;
  return {
    experiment: record.name,
    group: resolvedProcess.group,
    name: resolvedProcess.name,
    state,
    ready,
    restarts,
    ...(reason === undefined ? {} : { reason }),
    ...(blocked && !isFinal(state) ? { blocked } : {}),
    ...(state === 'pending' && resolvedProcess.after.length > 0 ? { waits: true } : {}),
    ...(last?.exitCode === undefined ? {} : { exitCode: last.exitCode }),
    ...(last?.signal === undefined ? {} : { signal: last.signal }),
    ...(last === undefined ? {} : { startedAt: last.startedAt }),
    ...(last?.finishedAt === undefined ? {} : { finishedAt: last.finishedAt }),
    ...(until === undefined ? {} : { until }),
    ports: portsOf(resolvedProcess, record.services),
    ...(pid === undefined ? {} : { pid }),
    ...facts,
    ...(gpus === undefined ? {} : { gpus: gpus.map(referenceToGpu) }),
    command: resolvedProcess.command,
  };
}

function toExperimentStatus(
  record: ExperimentRecord,
  runtime: ExperimentRuntime,
  processes: readonly ProcessStatus[],
  end: ExperimentEnd | undefined,
): ExperimentStatus {
  const reason = runtime.reason ?? runtime.fault ?? end?.reason;
  return {
    name: record.name,
    backend: record.backend,
    state: stateOf(runtime, processes, end),
    ...(reason === undefined ? {} : { reason }),
    ...(end === undefined ? {} : { outcome: end.outcome }),
    createdAt: record.createdAt,
    processes: countProcesses(processes),
    services: record.services.map(({ name, kind, host, visitHost = host, hasOwnNetwork = false, port }) => ({
      name,
      kind,
      host,
      port,
      ...(kind === 'expose' && !hasOwnNetwork ? { url: formatUrl(visitHost, port) } : {}),
    })),
  };
}

/** An experiment whose supervision is impaired is degraded while anything of it runs. */
function stateOf(
  { deleting, fault }: ExperimentRuntime,
  processes: readonly ProcessStatus[],
  end: ExperimentEnd | undefined,
): ExperimentState {
  if (deleting) return 'stopping';
  const state = summarizeState(processes, end?.outcome);
  return fault !== undefined && (state === 'running' || state === 'starting') ? 'degraded' : state;
}

export function toSnapshot(
  record: ExperimentRecord,
  resolved: ResolvedExperiment,
  runtime: ExperimentRuntime,
): ExperimentSnapshot {
  const processes = resolved.processes.map((resolvedProcess) => {
    const key = processKey(resolvedProcess);
    return toProcessStatus(record, resolvedProcess, runtime.processes[key] ?? notStarted, runtime.gpus?.[key]);
  });
  return { experiment: toExperimentStatus(record, runtime, processes, endOf(record, resolved, runtime)), processes };
}

/** The end on record. Once nothing runs any more it is judged here, as the supervisor may be gone before it did so. */
function endOf(
  record: ExperimentRecord,
  resolved: ResolvedExperiment,
  { processes, end }: ExperimentRuntime,
): ExperimentEnd | undefined {
  const runtimes = resolved.processes.map((resolvedProcess) => {
    const key = processKey(resolvedProcess);
    return [key, processes[key] ?? notStarted] as const;
  });
  if (!hasRules(resolved) || runtimes.some(([, { state }]) => !isFinal(state))) return end;
  const facts = runtimes.map(([key, runtime]) => toFacts(key, runtime, { willStart: false, wantedEnd: undefined }));
  return judgeEnd(resolved, { launchedAt: Date.parse(record.createdAt), processes: facts, end }, Date.now());
}

function portsOf(resolvedProcess: ResolvedProcess, services: readonly AssignedService[]): Record<string, number> {
  const ports: Record<string, number> = {};
  for (const service of services) {
    if (service.owner.name === resolvedProcess.name && service.owner.group === resolvedProcess.group)
      ports[service.name] = service.port;
  }
  return ports;
}
