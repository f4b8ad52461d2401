import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { ExecCredential, ExecPlugin } from './exec-plugin.ts';
import type { UserEntry } from './kubeconfig-file.ts';

/** The credentials of a request: certificates, headers, a password. */
export interface Authentication {
  readonly options: RequestOptions;
  /**
   * Reports that the server refused the credentials.
   * @returns whether new ones can be obtained
   */
  refused(): Promise<boolean>;
}

/** Authenticates the requests of one user. */
export interface CredentialSource {
  /** @throws Error if a file cannot be read, PluginError */
  authenticate(): Promise<Authentication>;
  /** Ends what it has started, such as a credential plugin. */
  close(): void;
}

/** Authenticates requests as kubectl does; adds what the client library lacks. */
export class Credentials implements CredentialSource {
  readonly #config: KubeConfig;
  readonly #user: UserEntry;
  readonly #plugin: ExecPlugin | undefined;

  constructor(config: KubeConfig, user: UserEntry, plugin: ExecPlugin | undefined) {
    this.#config = config;
    this.#user = user;
    this.#plugin = plugin;
  }

  async authenticate(): Promise<Authentication> {
    const options: RequestOptions = {};
    await this.#config.applyToHTTPSOptions(options);
    // The client library's agent keeps no connections alive and supports fewer proxies.
    delete options.agent;
    const headers: Record<string, string | readonly string[]> = { ...impersonation(this.#user) };
    // The file is read for each request, because Kubernetes replaces a pod's token every hour.
    if (this.#user.tokenFile) headers.Authorization = bearer(await readFile(this.#user.tokenFile, 'utf8'));
    const credential = await this.#plugin?.credential();
    if (credential?.token) headers.Authorization = bearer(credential.token);
    return {
      options: {
        ...options,
        headers: { ...options.headers, ...headers } as NonNullable<RequestOptions['headers']>,
        ...(credential?.clientCertificateData && {
          cert: credential.clientCertificateData,
          key: credential.clientKeyData,
        }),
      },
      refused: async () => this.#discard(credential),
    };
  }

  close(): void {
    this.#plugin?.close();
  }

  async #discard(credential: ExecCredential | undefined): Promise<boolean> {
    if (this.#plugin === undefined || credential === undefined) return false;
    await this.#plugin.discard(credential);
    return true;
  }
}

function bearer(token: string): string {
  return `Bearer ${token.trim()}`;
}

/** The client library sends only the user name. */
function impersonation(user: UserEntry): Record<string, string | readonly string[]> {
  const extra = Object.entries(user['as-user-extra'] ?? {});
  return {
    ...(user['as-uid'] && { 'Impersonate-Uid': user['as-uid'] }),
    ...(user['as-groups']?.length && { 'Impersonate-Group': user['as-groups'] }),
    ...Object.fromEntries(extra.map(([key, values]) => [`Impersonate-Extra-${encodeURIComponent(key)}`, values])),
  };
}
