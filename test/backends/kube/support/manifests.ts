import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { ClusterRole } from 'kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRole';
import { ClusterRoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRoleBinding';
import { Role } from 'kubernetes-models/rbac.authorization.k8s.io/v1/Role';
import { RoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Pod } from 'kubernetes-models/v1/Pod';
import { Secret } from 'kubernetes-models/v1/Secret';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import '../../../../src/backends/index.ts';
import { assignServices } from '../../../../src/backends/kube/manifests/assign-services.ts';
import { buildManifests } from '../../../../src/backends/kube/manifests/build-manifests.ts';
import type { Manifest } from '../../../../src/backends/kube/manifests/manifest.ts';
import type { ManifestContext } from '../../../../src/backends/kube/manifests/manifest-context.ts';
import type { NodePool } from '../../../../src/backends/kube/pools/node-pools.ts';
import { toKubeExperiment } from '../../../../src/backends/kube/section/kube-experiment.ts';
import { locateExperiment } from '../../../../src/backends/kube/section/kube-plan.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';

type Draft = { readonly name?: string; readonly [field: string]: unknown };
type Extra = Partial<Pick<ManifestContext, 'secretValues' | 'files'>> & { readonly nodePools?: readonly NodePool[] };

/** The notes and manifests of a partial spec; each manifest is validated against its schema. */
export function build(draft: Draft, { nodePools = [], ...extra }: Extra = {}) {
  const spec = parseSpec({ name: 'rl', image: 'busybox', ...draft }, { baseDir: '/base' });
  const resolved = resolveExperiment(spec);
  const location = locateExperiment(resolved);
  const experiment = toKubeExperiment(resolved, nodePools);
  const services = assignServices(resolved, location);
  const context = { location, launchId: 'launch-1', version: '1.2.3', spec, services, ...extra };
  const objects = buildManifests(experiment, context);
  for (const object of objects) checkSchema(object);
  return { notes: experiment.notes, objects, spec, location };
}

/** The pod of that name, in loose types for tests. */
export function podNamed(objects: readonly Manifest[], name: string) {
  const pod = objects.find((object) => object.kind === 'Pod' && object.metadata.name === name);
  if (pod === undefined) throw new Error(`There is no pod ${name}.`);
  // biome-ignore lint/suspicious/noExplicitAny: tests read arbitrary fields of pods
  return pod as any;
}

/** The only pod of an experiment with one process, or with one group. */
export function buildPod(fields: object, draft: Draft = {}, extra: Extra = {}) {
  const { objects, notes } = build({ processes: { main: { command: ['true'], ...fields } }, ...draft }, extra);
  const pod = objects.find(({ kind }) => kind === 'Pod');
  // biome-ignore lint/suspicious/noExplicitAny: tests read arbitrary fields of pods
  return { notes, pod: pod as any, spec: pod?.spec as any, container: (pod?.spec as any)?.containers[0] };
}

interface Checked {
  validate(): void;
}

const models = {
  ClusterRole,
  ClusterRoleBinding,
  ConfigMap,
  Deployment,
  Namespace,
  Pod,
  Role,
  RoleBinding,
  Secret,
  Service,
  ServiceAccount,
} as unknown as Readonly<Record<string, new (data: object) => Checked>>;

/** Throws if an object violates the schema of the current Kubernetes release. */
export function checkSchema(object: Manifest): void {
  const Known = models[object.kind];
  if (Known === undefined) throw new Error(`There is no schema of ${object.kind}.`);
  new Known(object).validate();
}
