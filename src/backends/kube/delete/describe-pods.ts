import type { KubeObject } from '../api/kube-object.ts';

/** Up to this many pods are named; of more, the count. */
const maxNamed = 3;

/** Describes the remaining pods: one line for all pods of a node with the same reason. */
export function describePods(pods: readonly KubeObject[]): string[] {
  const sorted = pods.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const alike = Map.groupBy(sorted, (pod) => `${pod.spec?.nodeName ?? ''}\n${reasonOf(pod)}`);
  return [...alike.values()].map((group) => {
    const [first] = group as [KubeObject, ...KubeObject[]];
    const names = group.map(({ metadata }) => metadata.name);
    const node = first.spec?.nodeName === undefined ? '' : ` on node ${first.spec.nodeName}`;
    const one = group.length === 1;
    const said = names.length > maxNamed ? `, such as ${names.slice(0, maxNamed).join(', ')}` : '';
    const what = one
      ? `pod ${names[0]}`
      : names.length > maxNamed
        ? `${names.length} pods`
        : `${names.length} pods ${names.join(', ')}`;
    return `${what}${node}${said} (${reasonOf(first)})`;
  });
}

/** Why a pod remains. */
function reasonOf({ metadata }: KubeObject): string {
  const finalizers = metadata.finalizers ?? [];
  if (finalizers.length > 0)
    return `held by ${finalizers.length === 1 ? 'finalizer' : 'finalizers'} ${finalizers.join(', ')}`;
  if (metadata.deletionTimestamp === undefined) return 'not asked to end';
  return 'the node has not confirmed the end';
}

/** Why a namespace remains. */
export function describeNamespace({ metadata, status, spec }: KubeObject): string {
  const conditions = (status?.conditions ?? []) as readonly {
    readonly type: string;
    readonly status: string;
    readonly message?: string;
  }[];
  const remaining = conditions
    .filter(({ type, status }) => /Remaining|Failure/.test(type) && status === 'True')
    .map(({ message }) => message);
  const finalizers = [
    ...(metadata.finalizers ?? []),
    ...(remaining.length === 0 ? (spec?.finalizers ?? []) : []),
  ].filter((finalizer) => finalizer !== 'kubernetes');
  const why = [...(finalizers.length > 0 ? [`held by ${finalizers.join(', ')}`] : []), ...remaining];
  return `namespace ${metadata.name}${why.length > 0 ? ` (${why.join('; ')})` : ''}`;
}
