import { SymphonyError } from '../../../engine/errors.ts';
import { formatProcess, type ProcessReference, sameProcess } from '../../../engine/status.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { type ExperimentEntry, memberKey } from '../experiments/experiment-entry.ts';
import type { ExperimentIndex } from '../experiments/experiment-index.ts';

/** @throws SymphonyError `not-found` naming the first that the experiment does not have */
export function requireProcesses(entry: ExperimentEntry, wanted: readonly ProcessReference[]): void {
  for (const process of wanted) {
    if (entry.processes.some((known) => sameProcess(known, process))) continue;
    throw new SymphonyError(
      'not-found',
      `There is no process ${formatProcess(process)} in experiment ${entry.known.name}.`,
    );
  }
}

/**
 * The pods of processes that are to be ended: a pod ends as a whole.
 * @throws SymphonyError `unsupported` if another process of one of the pods still runs, `conflict` if a pod is not there
 */
export function wholePods(
  { index, entry }: { readonly index: ExperimentIndex; readonly entry: ExperimentEntry },
  wanted: readonly ProcessReference[],
): { readonly member: string; readonly pod: KubeObject }[] {
  requireProcesses(entry, wanted);
  return [...new Set(wanted.map(memberKey))].map((member) => {
    const inPod = entry.processes.filter((process) => memberKey(process) === member);
    const left = inPod.filter((process) => !wanted.some((one) => sameProcess(one, process)));
    if (left.length > 0) {
      const first = inPod[0] as ProcessReference;
      throw new SymphonyError(
        'unsupported',
        `The processes of group ${first.group} are one pod, which ends as a whole.`,
        {
          hint: `Name them all: ${inPod.map(formatProcess).join(' ')}.`,
        },
      );
    }
    const pod = index.pods(entry, member).at(-1);
    if (pod === undefined)
      throw new SymphonyError('conflict', `Process ${formatProcess(inPod[0] as ProcessReference)} has no pod.`);
    return { member, pod };
  });
}
