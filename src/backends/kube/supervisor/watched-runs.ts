import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { runsOf } from '../logs/logged-runs.ts';
import { annotations } from '../manifests/labels.ts';
import { memberKey, newestPod } from '../status/process-pods.ts';
import type { WatchedRun } from './silence-watch.ts';

/** A run of a process that must not be silent for too long. */
export interface ProcessRun extends WatchedRun {
  readonly process: ResolvedProcess;
  readonly pod: KubeObject;
  /** The number of the run, from 1. */
  readonly run: number;
}

/** The times of a pod's status are whole seconds. */
const resolutionMilliseconds = 1_000;

/** The runs of an experiment that must not be silent for too long. One that is being ended is not among them. */
export function watchedRuns(
  { processes }: { readonly processes: readonly ResolvedProcess[] },
  pods: (member: string) => Iterable<KubeObject>,
): ProcessRun[] {
  return processes.flatMap((one) => {
    if (one.alive?.kind !== 'silence') return [];
    const pod = newestPod(pods(memberKey(one)));
    if (pod === undefined || isEnding(pod)) return [];
    const { container, containerId: id, startedAt, ended, run } = runsOf(pod, one);
    const started = Date.parse(startedAt ?? '') + resolutionMilliseconds;
    if (id === undefined || ended !== undefined || Number.isNaN(started)) return [];
    return [{ id, container, startedAt: started, limit: one.alive.seconds, process: one, pod, run }];
  });
}

function isEnding({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined || metadata.annotations?.[annotations.stopped] !== undefined;
}
