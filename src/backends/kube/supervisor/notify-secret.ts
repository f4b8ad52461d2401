import { readFileSync } from 'node:fs';
import type { V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import { noticeKinds } from '../../../engine/contract/notices.ts';
import { hiddenSecret } from '../../../engine/spec/resolve/secrets.ts';
import type { ToApi } from '../api/api-types.ts';
import type { KubeNotify } from '../api/credentials/kube-options.ts';
import { supervisorRole } from '../manifests/labels.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { type ManifestContext, metadata } from '../manifests/manifest-context.ts';
import { ownObjectName } from '../manifests/object-names.ts';

const folder = '/symphony-notify';
const file = 'notify.json';
/** Where the program of the supervisor finds it. */
export const notifyPath = `${folder}/${file}`;

/** The Secret with it, and what a pod needs to read it. @param notify absent for a plan, which shows a placeholder */
export function notifySecret(
  context: Pick<ManifestContext, 'location' | 'launchId'>,
  notify?: KubeNotify,
): { readonly object: Manifest; readonly volume: ToApi<V1Volume>; readonly mount: ToApi<V1VolumeMount> } {
  const name = ownObjectName(context.location, 'notify');
  const content =
    notify === undefined
      ? { stringData: { [file]: hiddenSecret } }
      : { data: { [file]: Buffer.from(JSON.stringify(notify)).toString('base64') } };
  return {
    object: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: metadata(context, name, supervisorRole),
      type: 'Opaque',
      ...content,
    },
    // For the group of the pod: its user is not root.
    volume: { name: 'notify', secret: { secretName: name, defaultMode: 0o440 } },
    mount: { name: 'notify', mountPath: folder, readOnly: true },
  };
}

/** Reads it in the pod. Undefined if there is none, or if it has an unknown form. */
export function readNotify(path: string): KubeNotify | undefined {
  try {
    const { webhook, on } = JSON.parse(readFileSync(path, 'utf8')) as Partial<KubeNotify>;
    if (typeof webhook !== 'string') return undefined;
    return Array.isArray(on) ? { webhook, on: noticeKinds.filter((kind) => on.includes(kind)) } : { webhook };
  } catch {
    return undefined;
  }
}
