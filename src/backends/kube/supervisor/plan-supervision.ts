import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { ResolvedExperiment } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { advise, type Wording } from '../../../engine/text/advice.ts';
import { isStatus } from '../api/api-error.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import type { Supervision } from '../manifests/experiment-record.ts';
import type { KubeLocation } from '../manifests/object-names.ts';
import { type Access, describeRight, missingRights } from '../review-rights.ts';
import { supervisedRules } from './supervised-rules.ts';

/** How the rules of an experiment are kept that Kubernetes does not keep. */
export interface SupervisionPlan {
  readonly supervision: Supervision;
  /** Whether the supervisor's account may be given the right to record events. */
  readonly mayRecordEvents: boolean;
  /** Whether the supervisor gets the address that is told of notices. */
  readonly tells: boolean;
  /** What is not done, and why, in words. */
  readonly warning?: string;
}

interface SupervisionWishes {
  readonly account: string | undefined;
  readonly hasNotices: boolean;
}

const rbac = 'rbac.authorization.k8s.io';
export const deploymentRight = { verb: 'create', resource: 'deployments', group: 'apps' } as const;
/** The rights to make an account for the supervisor. */
export const accountRights = [
  { verb: 'create', resource: 'serviceaccounts' },
  { verb: 'create', resource: 'roles', group: rbac },
  { verb: 'create', resource: 'rolebindings', group: rbac },
] as const satisfies readonly Access[];
const secretRight = { verb: 'create', resource: 'secrets' } as const;
const eventRight = { verb: 'create', resource: 'events' } as const;

/**
 * Decides whether an experiment gets a supervisor. Where this user may not create one, an experiment is refused whose
 * rules nothing else keeps; one that only restarts processes, or only has notices to send, is launched without.
 * @param options `account`: the service account that the settings name; undefined to create one. `hasNotices`: whether
 *   the settings name a webhook
 * @returns undefined if it needs none
 * @throws SymphonyError `invalid-spec` with the places of the rules that would not hold
 */
export async function planSupervision(
  client: KubeClient,
  resolved: ResolvedExperiment,
  location: KubeLocation,
  { account, hasNotices, signal }: CallOptions & SupervisionWishes,
): Promise<SupervisionPlan | undefined> {
  const rules = supervisedRules(resolved);
  if (rules.length === 0 && !hasNotices) return undefined;
  const strict = rules.filter(({ isStrict }) => isStrict);
  const { namespace } = location;
  const wanted: readonly Access[] = [
    deploymentRight,
    ...(account === undefined ? accountRights : []),
    ...(hasNotices ? [secretRight] : []),
    eventRight,
  ];
  const missing = await missingRights(client, wanted, namespace, { signal });
  const mayRecordEvents = !missing.includes(eventRight);
  const tells = hasNotices && !missing.includes(secretRight);
  const isForNotices = rules.length === 0;
  const needed = missing.filter((right) => right !== eventRight && (right !== secretRight || isForNotices));
  const mayNot = (rights: readonly Access[]) =>
    `user ${client.identity.user} may not ${rights.map(describeRight).join(', ')} in namespace ${namespace}`;
  if (needed.length > 0) {
    const who = mayNot(needed);
    if (strict.length > 0)
      throw refused(
        strict.map(({ path }) => path),
        who,
        needed,
      );
    const effects = [
      ...(isForNotices ? [] : ['processes that are lost with their pods are not restarted']),
      ...(hasNotices ? ['no notices are sent'] : []),
    ];
    const reason = `${effects.join(', and ')}: the experiment has no supervisor, because ${who}`;
    return { supervision: { kind: 'none', reason }, mayRecordEvents, tells: false };
  }
  if (account !== undefined && !location.ownNamespace) await requireAccount(client, account, namespace, signal);
  return {
    supervision: { kind: 'pod', isStrict: strict.length > 0, ...(isForNotices && { isForNotices }) },
    mayRecordEvents,
    tells,
    ...(hasNotices && !tells && { warning: `No notices are sent: ${mayNot([secretRight])}.` }),
  };
}

function refused(paths: readonly string[], who: string, missing: readonly Access[]): SymphonyError {
  const message = paths
    .map((path) => `${path}: cannot be kept without a supervisor in the cluster, and ${who}.`)
    .join('\n');
  const isAccountOnly = missing.every(({ resource }) => resource !== deploymentRight.resource);
  const hint = isAccountOnly
    ? advise(
        (say) =>
          `Have an administrator create a service account for supervisors once (${printsAccount(say)} it), and name it with the setting supervisorAccount.`,
      )
    : 'Ask the administrators of the cluster for these rights; docs/kubernetes.md lists what Symphony needs.';
  return new SymphonyError('invalid-spec', message, { hint });
}

const printsAccount = (say: Wording) => say.either('symphony backends prints', 'docs/kubernetes.md has');

async function requireAccount(
  client: KubeClient,
  name: string,
  namespace: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const found = await client.find({ kind: 'ServiceAccount', name, namespace }, { signal }).catch((error) => {
    // Without the right to see it, its absence shows at the supervisor's Deployment.
    if (isStatus(error, 403)) return null;
    throw error;
  });
  if (found !== undefined) return;
  throw new SymphonyError(
    'failed',
    `There is no service account ${name} in namespace ${namespace} for the supervisor.`,
    {
      hint: advise(
        (say) => `${printsAccount(say)} what an administrator creates; the setting supervisorAccount names it.`,
      ),
    },
  );
}
