import type { BackendCheck } from '../../engine/contract/backend-definition.ts';
import { formatYaml } from '../../engine/text/format-yaml.ts';
import { unreachable } from './api/api-error.ts';
import type { KubeOptions } from './api/credentials/kube-options.ts';
import { loadKubeConfig } from './api/credentials/load-kube-config.ts';
import { KubeClient } from './api/kube-client.ts';
import { describeRights, neededRights, type Right } from './needed-rights.ts';
import { missingRights } from './review-rights.ts';
import { accountRights, deploymentRight } from './supervisor/plan-supervision.ts';
import { sharedAccountName, sharedAccountObjects } from './supervisor/supervisor-objects.ts';

/** Seconds for the whole check, so that listing the backends does not hang on an unreachable server. */
const defaultTimeoutSeconds = 10;

/** Checks server, version and rights of this user. @throws SymphonyError if the server cannot be reached */
export async function checkKube(options: KubeOptions, timeout = defaultTimeoutSeconds): Promise<BackendCheck> {
  const client = new KubeClient(loadKubeConfig(options));
  const { context, server, user } = client.identity;
  // Without a configured namespace, each experiment gets its own, which needs cluster-wide rights.
  const namespace = options.namespace ?? client.identity.namespace;
  const wanted = neededRights.filter(({ isClusterWide }) => options.namespace === undefined || !isClusterWide);
  const timeoutController = new AbortController();
  const timer = setTimeout(
    () =>
      timeoutController.abort(
        unreachable(client.identity, 'get its version', new Error(`no answer within ${timeout} s`)),
      ),
    timeout * 1000,
  );
  try {
    const version = await client.request<{ gitVersion?: string }>({
      path: '/version',
      operation: 'get its version',
      signal: timeoutController.signal,
    });
    const missing = await missingRights(client, wanted, namespace, timeoutController);
    const rights = describeRights(missing, namespace);
    const where = `context ${context}, Kubernetes ${version.gitVersion ?? 'of unknown version'} at ${server}, as ${user}`;
    const place = options.namespace === undefined ? '' : ` in namespace ${namespace}`;
    return {
      works: rights.works,
      detail: `${where}, who may${place} ${rights.description}`,
      ...remedyFor(missing, namespace),
    };
  } finally {
    clearTimeout(timer);
    client.close();
  }
}

/** What an administrator can create for a user who may launch, but not make accounts for supervisors. */
function remedyFor(missing: readonly Right[], namespace: string): Pick<BackendCheck, 'remedy'> {
  const lacks = (kinds: readonly string[]) =>
    missing.some(({ verb, resource }) => verb === 'create' && kinds.includes(resource));
  const needsAccount = lacks(accountRights.map(({ resource }) => resource));
  if (!needsAccount || lacks(['configmaps', 'pods', deploymentRight.resource])) return {};
  return {
    remedy: {
      advice: `So that supervisors keep the rules of experiments in namespace ${namespace}, an administrator creates their account once (kubectl apply -f -), and the setting supervisorAccount names it: ${sharedAccountName}`,
      input: sharedAccountObjects(namespace).map(formatYaml).join('---\n'),
    },
  };
}
