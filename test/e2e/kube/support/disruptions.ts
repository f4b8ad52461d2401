import { ctl } from './cluster-tools.ts';
import type { KubeLab } from './kube-lab.ts';

/** Evicts a pod, as a drain of its node does. */
export async function evict(lab: KubeLab, namespace: string, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  const body = { apiVersion: 'policy/v1beta1', kind: 'Eviction', metadata: { name, namespace } };
  await lab.admin.request({ method: 'POST', path, body, operation: 'evict' });
}

/** Kills a component of the cluster for the time of an action. */
export async function whileDown(component: string, action: () => Promise<unknown>): Promise<void> {
  await ctl('kill', component);
  try {
    await action();
  } finally {
    await ctl('start', component);
  }
}

/** A resource of which a node has one, and a class of pods with a higher priority. */
export interface Contention {
  /** In the `kube` section of those that want the resource. */
  readonly wanted: object;
  readonly priorityClassName: string;
}

/** Lets pods contend for a node, for the time of an action. */
export async function withContention(
  lab: KubeLab,
  node: string,
  action: (contention: Contention) => Promise<void>,
): Promise<void> {
  const slot = 'symphony.test/slot';
  const patchNode = (value: string | null) =>
    lab.admin.request({
      method: 'PATCH',
      path: `/api/v1/nodes/${node}/status`,
      body: { status: { capacity: { [slot]: value } } },
      contentType: 'application/merge-patch+json',
      operation: 'patch nodes/status',
    });
  const classes = '/apis/scheduling.k8s.io/v1/priorityclasses';
  const name = 'ks-high';
  const high = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value: 1000 };
  await patchNode('1');
  await lab.admin.request({ method: 'POST', path: classes, body: high, operation: 'create priorityclasses' });
  try {
    const wanted = { requests: { [slot]: 1 }, limits: { [slot]: 1 } };
    await action({ wanted, priorityClassName: name });
  } finally {
    await lab.admin.request({ method: 'DELETE', path: `${classes}/${name}`, operation: 'delete priorityclasses' });
    await patchNode(null);
  }
}
