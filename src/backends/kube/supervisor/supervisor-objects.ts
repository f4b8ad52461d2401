import type {
  V1ConfigMap,
  V1Deployment,
  V1PodSpec,
  V1PolicyRule,
  V1Role,
  V1RoleBinding,
  V1ServiceAccount,
} from '@kubernetes/client-node';
import type { ToApi } from '../api/api-types.ts';
import type { KubeNotify } from '../api/credentials/kube-options.ts';
import { labels, supervisorContainer, supervisorRole } from '../manifests/labels.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { type ManifestContext, metadata } from '../manifests/manifest-context.ts';
import { ownObjectName, recordName } from '../manifests/object-names.ts';
import type { KubeExperiment } from '../section/kube-experiment.ts';
import type { KubeSection } from '../section/section-types.ts';
import { notifySecret } from './notify-secret.ts';

export const defaultSupervisorImage = 'node:24-alpine';

export interface SupervisorOptions {
  readonly image: string;
  /** An existing service account of the namespace to use, instead of one that the launch creates. */
  readonly account?: string | undefined;
  readonly imagePullSecrets: readonly string[];
  /** The program; absent for a plan, which shows a placeholder. */
  readonly program?: string | undefined;
  /** The names of the ConfigMaps with pod templates that it may change, see `templatesNames`. */
  readonly templates: readonly string[];
  /** Whether it may record events. */
  readonly mayRecordEvents: boolean;
  /** Where it sends notices, absent inside for a plan; undefined if it sends none. */
  readonly notices?: { readonly notify?: KubeNotify | undefined } | undefined;
}

/** The image and the account of an experiment's supervisor: as its section says, else as the settings say. */
export function supervisorOptions(
  { resolved, pods }: KubeExperiment,
  settings: { readonly supervisorImage?: string; readonly supervisorAccount?: string },
): Pick<SupervisorOptions, 'image' | 'account' | 'imagePullSecrets'> {
  const own = resolved.sections.kube as KubeSection | undefined;
  const secrets = pods.flatMap(({ settings }) => settings.imagePullSecrets);
  return {
    image: own?.supervisorImage ?? settings.supervisorImage ?? defaultSupervisorImage,
    account: own?.supervisorAccount ?? settings.supervisorAccount,
    imagePullSecrets: [...new Set(secrets)],
  };
}

export const sharedAccountName = 'symphony-supervisor';

type Place = Pick<ManifestContext, 'location' | 'launchId'>;

const programFile = 'supervisor.mjs';
const programFolder = '/symphony';
/** Any user but root: the program writes no files. */
const unprivilegedUser = 65_534;
/** Seconds after which the supervisor leaves a node that does not answer; Kubernetes' default is five minutes. */
const unreachableNodeSeconds = 30;

/** What runs the supervisor of an experiment: its program, its account with the rights that it needs, a Deployment. */
export function supervisorObjects(context: Place, options: SupervisorOptions): Manifest[] {
  const { location } = context;
  const name = ownObjectName(location, 'supervisor');
  const head = () => metadata(context, name, supervisorRole);
  const account = options.account ?? name;
  const program: Manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: head(),
    data: { [programFile]: options.program ?? '(the program of the supervisor)' },
  } satisfies ToApi<V1ConfigMap>;
  const rights = options.account === undefined ? accountObjects(context, name, options) : [];
  const secret = options.notices === undefined ? undefined : notifySecret(context, options.notices.notify);
  return [
    program,
    ...(secret === undefined ? [] : [secret.object]),
    ...rights,
    deployment(context, { ...options, name, account, secret }),
  ];
}

function accountObjects(context: Place, name: string, options: SupervisorOptions): Manifest[] {
  const written = [recordName(context.location), ...options.templates];
  return accountWith(() => metadata(context, name, supervisorRole), supervisorRules(options.mayRecordEvents, written));
}

/** The account, made by an administrator, that the supervisors of all experiments of a namespace can share. */
export function sharedAccountObjects(namespace: string): Manifest[] {
  return accountWith(() => ({ name: sharedAccountName, namespace, labels: {} }), supervisorRules(true)).map(
    ({ metadata: { labels: _, ...head }, ...manifest }) => ({ ...manifest, metadata: head }) as Manifest,
  );
}

/** @param head the metadata of each object */
function accountWith(head: () => Manifest['metadata'], rules: readonly ToApi<V1PolicyRule>[]): Manifest[] {
  const group = 'rbac.authorization.k8s.io';
  const { name, namespace } = head();
  return [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: head(),
      automountServiceAccountToken: false,
    } satisfies ToApi<V1ServiceAccount>,
    { apiVersion: `${group}/v1`, kind: 'Role', metadata: head(), rules } satisfies ToApi<V1Role>,
    {
      apiVersion: `${group}/v1`,
      kind: 'RoleBinding',
      metadata: head(),
      roleRef: { apiGroup: group, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, ...(namespace === undefined ? {} : { namespace }) }],
    } satisfies ToApi<V1RoleBinding>,
  ];
}

/**
 * The rights of a supervisor in its namespace.
 * @param written the only ConfigMaps that it may change; absent for all
 */
function supervisorRules(mayRecordEvents: boolean, written?: readonly string[]): ToApi<V1PolicyRule>[] {
  const rule = (resources: readonly string[], verbs: readonly string[], names?: readonly string[]) => ({
    apiGroups: [''],
    resources,
    ...(names === undefined ? {} : { resourceNames: names }),
    verbs,
  });
  return [
    rule(['pods'], ['get', 'list', 'watch', 'create', 'patch', 'delete']),
    rule(['pods/status'], ['patch']),
    rule(['pods/log'], ['get']),
    rule(['configmaps'], ['get', 'list', 'watch']),
    rule(['configmaps'], ['patch'], written),
    ...(mayRecordEvents ? [rule(['events'], ['create', 'patch'])] : []),
  ];
}

interface DeploymentOptions extends SupervisorOptions {
  readonly name: string;
  readonly account: string;
  readonly secret: ReturnType<typeof notifySecret> | undefined;
}

function deployment(context: Place, options: DeploymentOptions): Manifest {
  const { location, launchId } = context;
  const { labels: own, ...head } = metadata(context, options.name, supervisorRole);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...head, labels: own },
    spec: {
      replicas: 1,
      revisionHistoryLimit: 0,
      // Never two at once, where it can be helped. Two would do no harm: each change depends on what it was decided from.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: { [labels.launch]: launchId, [labels.role]: supervisorRole } },
      template: {
        metadata: { labels: own },
        spec: podSpec(options, {
          SYMPHONY_EXPERIMENT: location.experiment,
          SYMPHONY_NAMESPACE: location.namespace,
          SYMPHONY_RECORD: recordName(location),
          SYMPHONY_LAUNCH: launchId,
        }),
      },
    },
  } satisfies ToApi<V1Deployment>;
}

function podSpec(
  { name, account, image, imagePullSecrets, secret }: DeploymentOptions,
  env: Readonly<Record<string, string>>,
): ToApi<V1PodSpec> {
  const leaves = (key: string) => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: unreachableNodeSeconds,
  });
  return {
    serviceAccountName: account,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 5,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: unprivilegedUser,
      runAsGroup: unprivilegedUser,
      // Lets this user read the token of the account.
      fsGroup: unprivilegedUser,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    tolerations: [leaves('unreachable'), leaves('not-ready')],
    ...(imagePullSecrets.length === 0
      ? {}
      : { imagePullSecrets: imagePullSecrets.map((secret) => ({ name: secret })) }),
    containers: [
      {
        name: supervisorContainer,
        image,
        imagePullPolicy: 'IfNotPresent',
        command: ['node', `${programFolder}/${programFile}`],
        env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
        resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '1', memory: '256Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: [
          { name: 'program', mountPath: programFolder, readOnly: true },
          ...(secret === undefined ? [] : [secret.mount]),
        ],
      },
    ],
    volumes: [{ name: 'program', configMap: { name } }, ...(secret === undefined ? [] : [secret.volume])],
  };
}
