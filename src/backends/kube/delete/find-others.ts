import { isStatus } from '../api/api-error.ts';
import type { KubeApi } from '../api/kube-api.ts';
import type { CallOptions } from '../api/kube-client.ts';
import type { KubeList, KubeObject } from '../api/kube-object.ts';
import { labels, manager } from '../labels.ts';

/** What stands in an experiment's namespace besides it. */
export interface Others {
  /** Each with its kind, in words: `persistentvolumeclaim data`. */
  readonly found: readonly string[];
  /** Kinds that this user may not list, by their plurals. */
  readonly unseen: readonly string[];
}

interface Resource {
  readonly name: string;
  readonly singularName?: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

interface Listable {
  readonly path: string;
  readonly resource: Resource;
}

/** Rules about a namespace mean nothing without it, and clusters put them into each; the others come and go by themselves. */
const ignoredKinds = new Set([
  ...['resourcequotas', 'limitranges', 'networkpolicies', 'serviceaccounts', 'roles', 'rolebindings'],
  ...['events', 'endpoints', 'endpointslices', 'leases', 'controllerrevisions', 'podtemplates'],
]);

/** Config maps that clusters put into every namespace. */
const clusterConfigMaps = /^(kube-root-ca\.crt|openshift-service-ca\.crt|istio-ca-root-cert)$/;

/** Requests on their way at once. */
const maxConcurrentRequests = 8;
/** Objects of a kind that are named. */
const maxNamed = 50;

/**
 * What is in a namespace and not of this experiment, of every kind that the server knows. What belongs to another object
 * is not named beside it.
 */
export async function findOthers(
  client: KubeApi,
  { experiment, namespace }: { readonly experiment: string; readonly namespace: string },
  options: CallOptions = {},
): Promise<Others> {
  const found: string[] = [];
  const unseen: string[] = [];
  const waiting = await listable(client, options);
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { path, resource } = next;
      const objects = await listMetadata(client, `${path}/namespaces/${namespace}/${resource.name}`, options);
      const word = resource.singularName || resource.kind.toLowerCase();
      if (objects === undefined) unseen.push(resource.name);
      else
        found.push(
          ...objects.filter((one) => isForeign(one, experiment)).map(({ metadata }) => `${word} ${metadata.name}`),
        );
    }
  };
  await Promise.all(Array.from({ length: maxConcurrentRequests }, work));
  // One kind may be served by several groups.
  return { found: [...new Set(found)].sort(), unseen: [...new Set(unseen)].sort() };
}

async function listable(client: KubeApi, options: CallOptions): Promise<Listable[]> {
  const get = <Answer>(path: string) =>
    client.request<Answer>({ path, operation: 'list the kinds of objects', ...options });
  interface Groups {
    readonly groups?: readonly { readonly preferredVersion?: { readonly groupVersion?: string } }[];
  }
  const { groups = [] } = await get<Groups>('/apis');
  const versions = groups.flatMap(({ preferredVersion }) => preferredVersion?.groupVersion ?? []);
  const paths = ['/api/v1', ...versions.map((version) => `/apis/${version}`)];
  const lists = await Promise.all(
    paths.map(async (path) => {
      // The group of a server of its own, which may be away.
      const list = await get<{ readonly resources?: readonly Resource[] }>(path).catch(emptyIfRefused);
      return (list.resources ?? []).filter(isListable).map((resource) => ({ path, resource }));
    }),
  );
  return lists.flat();
}

function isListable({ name, namespaced, verbs }: Resource): boolean {
  return (
    namespaced && !name.includes('/') && !ignoredKinds.has(name) && verbs.includes('list') && verbs.includes('delete')
  );
}

function emptyIfRefused(error: unknown): { readonly resources?: readonly Resource[] } {
  if (isStatus(error, 403, 404, 500, 502, 503, 504)) return {};
  throw error;
}

/** Without what the objects contain. Undefined if they may not be listed. */
async function listMetadata(
  client: KubeApi,
  path: string,
  options: CallOptions,
): Promise<readonly KubeObject[] | undefined> {
  const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
  const operation = `list ${path.split('/').at(-1)}`;
  try {
    const { items } = await client.request<KubeList>({
      path,
      accept,
      query: { limit: maxNamed },
      operation,
      ...options,
    });
    return items ?? [];
  } catch (error) {
    if (isStatus(error, 403)) return undefined;
    if (isStatus(error, 404, 405, 500, 502, 503, 504)) return [];
    throw error;
  }
}

function isForeign({ metadata }: KubeObject, experiment: string): boolean {
  const { labels: own, annotations, ownerReferences = [], name } = metadata;
  if (own?.[labels.managedBy] === manager && own[labels.experiment] === experiment) return false;
  if (ownerReferences.length > 0 || clusterConfigMaps.test(name)) return false;
  return annotations?.['kubernetes.io/service-account.name'] === undefined;
}
