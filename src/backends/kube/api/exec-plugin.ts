import { readFileSync } from 'node:fs';
import type { ClusterEntry, ExecEntry } from './kubeconfig-file.ts';
import { runPlugin } from './run-plugin.ts';

/** What a plugin prints as `status`. */
export interface ExecCredential {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
  readonly expirationTimestamp?: string;
}

/** Why a plugin gave no credentials, and what helps. */
export class PluginError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}

/** Seconds a plugin may take: long enough for somebody to log in with a browser that it opens. */
const defaultTimeoutSeconds = 60;
/** Seconds before their end at which credentials are fetched anew, so that none ends on its way. */
const renewalMarginSeconds = 5;

/** The plugin of a user: run when there are no credentials yet, and again when they end or are refused. */
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

  /** Those who ask at the same time share one run. @throws PluginError */
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

  /** Has the plugin run again for the next who asks, unless it did since it gave this token or certificate. */
  async discard(refused: ExecCredential): Promise<void> {
    const pending = this.#credential;
    const current = await pending?.catch(() => undefined);
    if (current === refused && this.#credential === pending) this.#forget();
  }

  /** Ends the plugin if it runs. */
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
    // What it printed may be secret.
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
