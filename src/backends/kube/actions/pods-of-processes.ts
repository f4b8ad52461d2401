import { SymphonyError } from '../../../engine/contract/errors.ts';
import { formatProcess, type ProcessReference, sameProcess } from '../../../engine/contract/status.ts';
import { noProcess } from '../../../engine/text/common-errors.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { podName } from '../manifests/object-names.ts';
import { memberKey, newestPod } from '../status/process-pods.ts';
import { unresponsiveNode, unresponsiveNodeReason } from '../status/unready-pod.ts';
import type { ExperimentEntry } from '../watch/experiment-entry.ts';
import type { ExperimentIndex } from '../watch/experiment-index.ts';

/** @throws SymphonyError `not-found` with the first process that the experiment does not have */
export function requireProcesses(entry: ExperimentEntry, wanted: readonly ProcessReference[]): void {
  for (const reference of wanted) {
    if (entry.processes.some((known) => sameProcess(known, reference))) continue;
    throw noProcess(reference, entry.known.name, entry.processes);
  }
}

/** The pod of a process, or of a process group. */
export interface MemberPod {
  /** The group, or null; `member` is the name of the group or of a process outside any group. */
  readonly group: string | null;
  readonly member: string;
  /** The name of the pod of the launch. */
  readonly name: string;
  /** Name for messages: `process learner`. */
  readonly title: string;
  /** The newest pod, as the index keeps it; undefined if it is gone. */
  readonly pod: KubeObject | undefined;
}

/**
 * The pods of processes to end. A pod ends as a whole.
 * @throws SymphonyError `unsupported` if an unlisted process of such a pod still runs, `conflict` if the experiment is
 *   being deleted or the node of a pod does not answer, because the end of its processes could not be observed
 */
export function podsToEnd(
  { index, entry }: { readonly index: ExperimentIndex; readonly entry: ExperimentEntry },
  wanted: readonly ProcessReference[],
): MemberPod[] {
  requireProcesses(entry, wanted);
  const { name: experiment, location, isDeleting } = entry.known;
  if (isDeleting) throw new SymphonyError('conflict', `Experiment ${experiment} is being deleted.`);
  return [...new Set(wanted.map(memberKey))].map((member) => {
    const inPod = entry.processes.filter((resolvedProcess) => memberKey(resolvedProcess) === member);
    const missing = inPod.filter((resolvedProcess) => !wanted.some((one) => sameProcess(one, resolvedProcess)));
    const first = inPod[0] as ProcessReference;
    if (missing.length > 0) {
      throw new SymphonyError(
        'unsupported',
        `The processes of group ${first.group} are one pod, which ends as a whole.`,
        {
          hint: `Name them all: ${inPod.map(formatProcess).join(' ')}.`,
        },
      );
    }
    const pod = newestPod(index.pods(entry, member));
    const title = first.group === null ? `process ${first.name}` : `group ${first.group}`;
    refuseSilentNode(title, pod);
    const { group } = first;
    return { group, member: group ?? first.name, name: podName(location, first), title, pod };
  });
}

function refuseSilentNode(title: string, pod: KubeObject | undefined): void {
  const silent = pod && unresponsiveNode(pod);
  if (silent === undefined) return;
  const text = `The pod of ${title} cannot be ended: ${unresponsiveNodeReason(silent)}.`;
  throw new SymphonyError('conflict', text, {
    hint: `Try again once the node is back. If it is gone for good, have it removed (kubectl delete node ${silent.node}): its pods are then gone, too.`,
  });
}
