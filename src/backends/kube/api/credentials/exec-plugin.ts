import { readFileSync } from 'node:fs';
import type { ClusterEntry, ExecEntry } from './kubeconfig-file.ts';
import { runPlugin } from './run-plugin.ts';

/** The `status` that a plugin prints. */
export interface ExecCredential {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
  readonly expirationTimestamp?: string;
}

/** A plugin gave no credentials; has a hint. */
export class PluginError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}

/** Seconds that a plugin may take: long enough for a login in a browser that it opens. */
const defaultTimeoutSeconds = 60;
/** Credentials are renewed this many seconds before they expire, so that none expires during a request. */
const renewalMarginSeconds = 5;

/**
 * The credential plugin of a user. It runs for the first request and again when the credentials expire or are refused.
 */
export class ExecPlugin {
  readonly #entry: ExecEntry;
  readonly #cluster: ClusterEntry;
  readonly #timeout: number;
  readonly #ending = new AbortController();
  #credential: Promise<ExecCredential> | undefined;
  #expires = Number.POSITIVE_INFINITY;

  constructor(entry: ExecEntry, cluster: ClusterEntry, timeout = defaultTimeoutSeconds) {
    this.#entry = entry;
    this.#cluster = cluster;
    this.#timeout = timeout;
  }

  /** Concurrent callers share one run. @throws PluginError */
  async credential(): Promise<ExecCredential> {
    if (Date.now() >= this.#expires - renewalMarginSeconds * 1000) this.#forget();
    this.#credential ??= this.#fetch();
    const pending = this.#credential;
    try {
      return await pending;
    } catch (error) {
      if (this.#credential === pending) this.#forget();
      throw error;
    }
  }

  /** Makes the next call run the plugin again, unless it has run since it returned these credentials. */
  async discard(refused: ExecCredential): Promise<void> {
    const pending = this.#credential;
    const current = await pending?.catch(() => undefined);
    if (current === refused && this.#credential === pending) this.#forget();
  }

  /** Ends a running plugin. */
  close(): void {
    this.#ending.abort();
  }

  #forget(): void {
    this.#credential = undefined;
    this.#expires = Number.POSITIVE_INFINITY;
  }

  async #fetch(): Promise<ExecCredential> {
    const { command, args, installHint } = this.#entry;
    const byHand = `Run it by hand to see what is wrong: ${[command, ...(args ?? [])].join(' ')}`;
    const fail = (why: string, cause?: unknown) =>
      new PluginError(`the credential plugin ${command} ${why}`, installHint?.trim() || byHand, { cause });
    let printed: string;
    try {
      printed = await runPlugin({
        command,
        args: (args ?? []).map(String),
        env: this.#environment(),
        timeout: this.#timeout,
        signal: this.#ending.signal,
      });
    } catch (error) {
      throw fail((error as Error).message, error);
    }
    const credential = readCredential(printed);
    // The output may be secret, so the message does not quote it.
    if (credential === undefined) throw fail('printed no ExecCredential with a token or a client certificate');
    const expires = Date.parse(credential.expirationTimestamp ?? '');
    this.#expires = Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires;
    return credential;
  }

  #environment(): NodeJS.ProcessEnv {
    const { apiVersion = 'client.authentication.k8s.io/v1', env, provideClusterInfo } = this.#entry;
    const spec = { ...(provideClusterInfo && { cluster: clusterInfo(this.#cluster) }), interactive: false };
    return {
      ...process.env,
      ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, String(value)])),
      KUBERNETES_EXEC_INFO: JSON.stringify({ apiVersion, kind: 'ExecCredential', spec }),
    };
  }
}

function readCredential(printed: string): ExecCredential | undefined {
  try {
    const { status } = JSON.parse(printed) as { readonly status?: ExecCredential };
    return status?.token || (status?.clientCertificateData && status.clientKeyData) ? status : undefined;
  } catch {
    return undefined;
  }
}

function clusterInfo(cluster: ClusterEntry): object {
  const { server, extensions } = cluster;
  const config = extensions?.find(({ name }) => name === 'client.authentication.k8s.io/exec')?.extension;
  const file = cluster['certificate-authority'];
  const authority = cluster['certificate-authority-data'] ?? (file ? readFileSync(file).toString('base64') : undefined);
  return {
    server,
    ...(authority && { 'certificate-authority-data': authority }),
    ...(cluster['tls-server-name'] && { 'tls-server-name': cluster['tls-server-name'] }),
    ...(cluster['insecure-skip-tls-verify'] && { 'insecure-skip-tls-verify': true }),
    ...(cluster['proxy-url'] && { 'proxy-url': cluster['proxy-url'] }),
    ...(config !== undefined && { config }),
  };
}
