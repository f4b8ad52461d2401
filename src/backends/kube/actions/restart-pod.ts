import { SymphonyError } from '../../../engine/contract/errors.ts';
import { advise } from '../../../engine/text/advice.ts';
import { isStatus } from '../api/api-error.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { annotations, labels } from '../manifests/labels.ts';
import { newestPod } from '../status/process-pods.ts';
import { countAfter, countAfterMissing, nextPod, templateOf } from './next-pod.ts';
import type { PodTemplateStore } from './pod-template-store.ts';
import type { MemberPod } from './pods-of-processes.ts';
import { hasEnded, stopPod } from './stop-pod.ts';

export interface RestartedPod extends MemberPod {
  /** The pods that earlier restarts have replaced. */
  readonly past: readonly KubeObject[];
}

/**
 * Ends a pod and creates it again from its template; a missing pod is only created. The replaced pod remains for its
 * logs, without services; pods replaced earlier are removed.
 * @throws SymphonyError `conflict` if another restart was faster, or if the pod is gone and has no template
 */
export async function restartPod(
  client: KubeClient,
  { name, title, pod, past }: RestartedPod,
  templates: PodTemplateStore,
  options: CallOptions,
): Promise<void> {
  const ended = pod && (await stopPod(client, pod, { reason: 'it was restarted', countsAs: 'restarted' }, options));
  if (pod !== undefined && ended !== undefined && !hasEnded(pod)) refuseIfStopped(title, ended);
  const kept = templates.find(name);
  const template = kept?.template ?? (ended && templateOf(ended));
  if (template === undefined) throw noTemplate(title);
  const count = ended === undefined ? countAfterMissing(template, kept?.count, newestPod(past)) : countAfter(ended);
  try {
    await client.create(nextPod(template, count), options);
  } catch (error) {
    if (isStatus(error, 409))
      throw new SymphonyError('conflict', `The pod of ${title} is being restarted by another command.`);
    throw error;
  }
  await templates.note(name, count, options);
  if (ended !== undefined) await replace(client, ended, options);
  for (const { metadata } of past) {
    const { name, namespace, uid } = metadata;
    await client.remove({ kind: 'Pod', name, namespace }, { uid, ...options });
  }
}

/** @throws SymphonyError `conflict` if the pod was asked to end for good while it was being restarted */
function refuseIfStopped(title: string, { metadata }: KubeObject): void {
  const { [annotations.stopped]: reason = '', [annotations.stoppedAs]: counts } = metadata.annotations ?? {};
  if (metadata.annotations?.[annotations.stopped] === undefined || counts === 'restarted') return;
  const why = reason === '' ? 'it was stopped' : reason;
  throw new SymphonyError('conflict', `The start of ${title} was cancelled: ${why}.`);
}

/** Marks a pod as replaced. */
async function replace(client: KubeClient, { metadata }: KubeObject, options: CallOptions): Promise<void> {
  const { name, namespace, labels: own } = metadata;
  const member = own?.[labels.member] ?? null;
  const relabel = { metadata: { labels: { [labels.member]: null, [labels.pastMember]: member } } };
  await client.patch({ kind: 'Pod', name, namespace }, relabel, options).catch((error) => {
    // Another client deleted it, and it has ended by now.
    if (!isStatus(error, 404)) throw error;
  });
}

function noTemplate(title: string): SymphonyError {
  return new SymphonyError('conflict', `The pod of ${title} is gone, and the cluster keeps no template of it.`, {
    hint: advise(
      (say) =>
        `Launch the experiment again, with ${say.option('force')}: this one was launched by an older version, or through kubectl.`,
    ),
  });
}
