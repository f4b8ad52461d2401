import { KubeConfig } from '@kubernetes/client-node';
import { SymphonyError } from '../../../../engine/contract/errors.ts';
import { advise } from '../../../../engine/text/advice.ts';
import { suggestion } from '../../../../engine/text/suggestion.ts';
import { type CredentialSource, Credentials } from './credentials.ts';
import { ExecPlugin } from './exec-plugin.ts';
import { findKubeconfig, kubeconfigPaths } from './find-kubeconfig.ts';
import { proxyFromEnvironment } from './find-proxy.ts';
import { inClusterConfig, serviceAccountFolder } from './in-cluster.ts';
import type { KubeOptions } from './kube-options.ts';
import type { ClusterEntry, Kubeconfig, UserEntry } from './kubeconfig-file.ts';

/** The server, and the user on it. */
export interface KubeIdentity {
  readonly context: string;
  readonly server: string;
  readonly user: string;
  /** The context's own namespace; `default` if it names none. */
  readonly namespace: string;
}

export interface LoadedKubeConfig {
  readonly identity: KubeIdentity;
  readonly credentials: CredentialSource;
  /** The proxy to the server, if any. */
  readonly proxy: URL | undefined;
}

/** The inputs in addition to the options. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly serviceAccountFolder: string;
}

const noConfigHint = advise(
  (say) =>
    `Set KUBECONFIG, write ~/.kube/config, or name a file with ${say.either('--kubeconfig', 'the option kubeconfig')}.`,
);
const proxyProtocols = ['http:', 'https:', 'socks:', 'socks4:', 'socks4a:', 'socks5:', 'socks5h:'];

/**
 * Loads the kubeconfig as kubectl does: the named file, `KUBECONFIG` (several files), `~/.kube/config`, or the service
 * account of the surrounding pod.
 * @throws SymphonyError `backend-unavailable` if there is none, it is invalid, or it has no such context
 */
export function loadKubeConfig(
  options: KubeOptions,
  { env, serviceAccountFolder: folder }: Surroundings = { env: process.env, serviceAccountFolder },
): LoadedKubeConfig {
  const found = findKubeconfig(options.kubeconfig, env) ?? inClusterConfig(env, folder);
  if (found === undefined) {
    const looked = `looked for ${kubeconfigPaths(env).join(', ')}`;
    throw new SymphonyError('backend-unavailable', `There is no kubeconfig (${looked}).`, { hint: noConfigHint });
  }
  const name = options.context ?? found.currentContext;
  const context = name === undefined ? undefined : found.contexts.get(name);
  if (name === undefined || context === undefined) throw noContext(found, name);
  const cluster = find(found.clusters, 'cluster', context.cluster, name);
  const user = context.user ? find(found.users, 'user', context.user, name) : {};
  const server = serverUrl(cluster, `${context.cluster}`);
  const plugin = user.exec ? new ExecPlugin(user.exec, { ...cluster, server: server.href }) : undefined;
  return {
    identity: {
      context: name,
      server: server.href.replace(/\/+$/, ''),
      user: context.user || 'anonymous',
      namespace: context.namespace || 'default',
    },
    credentials: new Credentials(clientConfig(cluster, user, server), user, plugin),
    proxy: proxyUrl(cluster, server, env),
  };
}

/** The cluster and the user in the client library's form. Of data and file, the data wins, as in kubectl. */
function clientConfig(cluster: ClusterEntry, user: UserEntry, server: URL): KubeConfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    {
      name: 'cluster',
      server: server.href,
      // Without it the client library refuses plain HTTP, which has no certificate.
      skipTLSVerify: cluster['insecure-skip-tls-verify'] === true || server.protocol === 'http:',
      ...dataOrFile('ca', cluster['certificate-authority-data'], cluster['certificate-authority']),
      ...(cluster['tls-server-name'] && { tlsServerName: cluster['tls-server-name'] }),
    },
    {
      name: 'user',
      ...dataOrFile('cert', user['client-certificate-data'], user['client-certificate']),
      ...dataOrFile('key', user['client-key-data'], user['client-key']),
      ...(user.token && !user.tokenFile && { token: String(user.token).trim() }),
      ...(user.username && { username: String(user.username), password: String(user.password ?? '') }),
      ...(user.as && { impersonateUser: user.as }),
      ...(user['auth-provider'] && { authProvider: user['auth-provider'] }),
    },
  );
  return config;
}

function dataOrFile(name: 'ca' | 'cert' | 'key', data: string | undefined, file: string | undefined): object {
  return data ? { [`${name}Data`]: data } : file ? { [`${name}File`]: file } : {};
}

/** A server without a scheme uses HTTPS if the entry has certificate fields, as in kubectl. */
function serverUrl(cluster: ClusterEntry, name: string): URL {
  const said = cluster.server ?? '';
  const usesTls =
    cluster['certificate-authority'] || cluster['certificate-authority-data'] || cluster['insecure-skip-tls-verify'];
  const text = said.includes('://') ? said : `${usesTls ? 'https' : 'http'}://${said}`;
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  const what = said === '' ? 'has no server' : `has ${said}, which is not an http or https address`;
  throw new SymphonyError('backend-unavailable', `The cluster ${name} of the kubeconfig ${what}.`);
}

function proxyUrl(cluster: ClusterEntry, server: URL, env: Surroundings['env']): URL | undefined {
  const said = cluster['proxy-url'] || proxyFromEnvironment(server, env);
  if (!said) return undefined;
  const url = URL.parse(said);
  if (url !== null && proxyProtocols.includes(url.protocol)) return url;
  const where = cluster['proxy-url'] ? 'proxy-url of the kubeconfig' : 'HTTPS_PROXY or HTTP_PROXY';
  throw new SymphonyError('backend-unavailable', `The proxy for ${server.href} is not a proxy address (${where}).`, {
    hint: 'It begins with http://, https:// or socks5://.',
  });
}

function find<Entry>(
  entries: ReadonlyMap<string, Entry>,
  kind: 'cluster' | 'user',
  name: string | undefined,
  context: string,
): Entry {
  const entry = entries.get(name ?? '');
  if (entry !== undefined) return entry;
  const what = name ? `names the ${kind} ${name}, which the kubeconfig does not have` : `names no ${kind}`;
  throw new SymphonyError('backend-unavailable', `Context ${context} ${what}.`);
}

function noContext({ contexts }: Kubeconfig, wanted: string | undefined): SymphonyError {
  const names = [...contexts.keys()];
  const message = wanted ? `The kubeconfig has no context ${wanted}.` : 'The kubeconfig has no current context.';
  const choice = advise((say) =>
    names.length > 0
      ? `Name one with ${say.either('--context', 'the option context')}: ${names.join(', ')}.`
      : 'It has no contexts at all.',
  );
  const similar = wanted === undefined ? undefined : suggestion(wanted, names, []);
  return new SymphonyError('backend-unavailable', message, { hint: similar ?? choice });
}
