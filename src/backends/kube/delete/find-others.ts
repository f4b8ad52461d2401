import { isStatus } from '../api/api-error.ts';
import type { KubeApi } from '../api/kube-api.ts';
import type { CallOptions } from '../api/kube-client.ts';
import type { KubeList, KubeObject } from '../api/kube-object.ts';
import { labels, manager } from '../manifests/labels.ts';

/** Objects in an experiment's namespace that are not the experiment's. */
export interface Others {
  /** Kind and name: `persistentvolumeclaim data`. */
  readonly found: readonly string[];
  /** Plurals of the kinds that this user may not list. */
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

/** Kinds to ignore: rules of a namespace, which clusters create in each, and short-lived objects. */
const ignoredKinds = new Set([
  ...['resourcequotas', 'limitranges', 'networkpolicies', 'serviceaccounts', 'roles', 'rolebindings'],
  ...['events', 'endpoints', 'endpointslices', 'leases', 'controllerrevisions', 'podtemplates'],
]);

/** ConfigMaps that clusters create in every namespace. */
const clusterConfigMaps = /^(kube-root-ca\.crt|openshift-service-ca\.crt|istio-ca-root-cert)$/;

/** Concurrent requests. */
const maxConcurrentRequests = 8;
/** Listed objects per kind. */
const maxNamed = 50;

/**
 * Finds objects in a namespace that do not belong to this experiment, of every kind that the server serves. Objects
 * with an owner are left out.
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
  // Several API groups may serve one kind.
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
      // An aggregated API server may be unavailable.
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

/** Lists only metadata. Undefined if this user may not list the kind. */
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
