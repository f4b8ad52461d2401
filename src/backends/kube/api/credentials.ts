import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { ExecCredential, ExecPlugin } from './exec-plugin.ts';
import type { UserEntry } from './kubeconfig-file.ts';

/** What makes a request the user's: certificates, headers, a password. */
export interface Authentication {
  readonly options: RequestOptions;
  /**
   * The server refused it.
   * @returns whether others may be had
   */
  refused(): Promise<boolean>;
}

/** How a user is authenticated: what the client does itself, and what it does not do as kubectl does. */
export class Credentials {
  readonly #config: KubeConfig;
  readonly #user: UserEntry;
  readonly #plugin: ExecPlugin | undefined;

  constructor(config: KubeConfig, user: UserEntry, plugin: ExecPlugin | undefined) {
    this.#config = config;
    this.#user = user;
    this.#plugin = plugin;
  }

  /** @throws Error if a file cannot be read, PluginError */
  async authenticate(): Promise<Authentication> {
    const options: RequestOptions = {};
    await this.#config.applyToHTTPSOptions(options);
    // The client's agent keeps no connections, and knows less of proxies.
    delete options.agent;
    const headers: Record<string, string | readonly string[]> = { ...impersonation(this.#user) };
    // Read each time: in a pod it is replaced every hour.
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

/** The client itself sends the name alone. */
function impersonation(user: UserEntry): Record<string, string | readonly string[]> {
  const extra = Object.entries(user['as-user-extra'] ?? {});
  return {
    ...(user['as-uid'] && { 'Impersonate-Uid': user['as-uid'] }),
    ...(user['as-groups']?.length && { 'Impersonate-Group': user['as-groups'] }),
    ...Object.fromEntries(extra.map(([key, values]) => [`Impersonate-Extra-${encodeURIComponent(key)}`, values])),
  };
}
