import { KubeConfig } from '@kubernetes/client-node';
import { SymphonyError } from '../../../engine/errors.ts';
import { closestNames } from '../../../engine/match.ts';
import { expandHome } from '../../../engine/paths.ts';
import type { KubeOptions } from './kube-options.ts';

/** Whom we speak to, and as whom. */
export interface KubeIdentity {
  readonly context: string;
  readonly server: string;
  readonly user: string;
  /** The context's own namespace; `default` if it names none. */
  readonly namespace: string;
}

export interface LoadedKubeConfig {
  readonly config: KubeConfig;
  readonly identity: KubeIdentity;
}

const wherefrom = 'Set KUBECONFIG, write ~/.kube/config, or name a file with --kubeconfig.';

/**
 * The kubeconfig as kubectl finds it: the file named, `KUBECONFIG` (several files), `~/.kube/config`, the account of the
 * pod this runs in.
 * @throws SymphonyError `backend-unavailable` if there is none, it is broken, or has no such context
 */
export function loadKubeConfig(options: KubeOptions): LoadedKubeConfig {
  const config = new KubeConfig();
  try {
    if (options.kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(expandHome(options.kubeconfig));
  } catch (error) {
    throw new SymphonyError('backend-unavailable', `The kubeconfig cannot be read: ${(error as Error).message}.`, {
      hint: wherefrom,
      cause: error,
    });
  }
  if (options.context !== undefined) config.setCurrentContext(options.context);
  const wanted = config.getCurrentContext();
  const context = wanted ? config.getContextObject(wanted) : null;
  if (context === null) {
    // What the client makes up if it finds nothing at all.
    if (config.getContexts().length === 0)
      throw new SymphonyError('backend-unavailable', 'There is no kubeconfig.', { hint: wherefrom });
    throw noContext(config, wanted);
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new SymphonyError(
      'backend-unavailable',
      `Context ${wanted} names the cluster ${context.cluster}, which the kubeconfig does not have.`,
    );
  }
  return {
    config,
    identity: {
      context: wanted,
      server: cluster.server,
      user: context.user,
      namespace: context.namespace ?? 'default',
    },
  };
}

function noContext(config: KubeConfig, wanted: string): SymphonyError {
  const names = config.getContexts().map(({ name }) => name);
  const close = closestNames(wanted, names);
  const message = wanted ? `The kubeconfig has no context ${wanted}.` : 'The kubeconfig has no current context.';
  return new SymphonyError('backend-unavailable', message, {
    hint: close.length > 0 ? `Did you mean ${close.join(' or ')}?` : `Name one with --context: ${names.join(', ')}.`,
  });
}
