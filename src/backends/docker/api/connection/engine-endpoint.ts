import { join } from 'node:path';
import { SymphonyError } from '../../../../engine/contract/errors.ts';

/** Where an engine listens, in a form that a record can hold. */
export interface EngineEndpoint {
  /** As in `DOCKER_HOST`: `unix:///var/run/docker.sock`, `tcp://host:2376`, `ssh://user@host`. */
  readonly host: string;
  /** A folder with `ca.pem`, `cert.pem` and `key.pem`, of which each may be missing. With it, a tcp connection uses TLS. */
  readonly certFolder?: string;
  /** Whether the certificate of the engine is not verified, as its context says. */
  readonly skipsVerification?: boolean;
  /** The name of the Docker context that it comes from. */
  readonly context?: string;
  /** For ssh: what a program needs of the environment that named it, because a supervisor has none of its own. */
  readonly env?: { readonly PATH?: string; readonly SSH_AUTH_SOCK?: string };
}

/** An endpoint in parts. */
export type EngineAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly isSecure: boolean }
  | {
      readonly kind: 'ssh';
      /** What ssh connects to, `user@host`. */
      readonly destination: string;
      readonly port?: number;
      /** The engine's socket on that machine; its own default without it. */
      readonly socket?: string;
    };

const plainPort = 2375;
const securePort = 2376;
const hint = 'It reads unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST.';

/** @param place what names the endpoint, for messages: `DOCKER_HOST` @throws SymphonyError `usage` */
export function parseEndpoint(
  { host, certFolder }: EngineEndpoint,
  place = 'The address of the engine',
): EngineAddress {
  const refuse = (why: string) => new SymphonyError('usage', `${place} is ${JSON.stringify(host)}: ${why}.`, { hint });
  const [, scheme, rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(host) ?? [];
  if (scheme === undefined) throw refuse('it has no scheme');
  if (scheme === 'unix') {
    if (!rest.startsWith('/')) throw refuse('the path of the socket is not absolute');
    return { kind: 'unix', path: join(rest) };
  }
  if (scheme === 'npipe' || scheme === 'fd') throw refuse(`${scheme} is not supported`);
  if (!['tcp', 'http', 'https', 'ssh'].includes(scheme)) throw refuse(`${scheme} is not known`);
  const url = parseUrl(`symphony://${rest}`);
  if (url === undefined || url.hostname === '') throw refuse('it names no host');
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (scheme !== 'ssh') {
    if (url.pathname.length > 1) throw refuse('it has a path');
    const isSecure = scheme === 'https' || certFolder !== undefined;
    const port = url.port === '' ? (isSecure ? securePort : plainPort) : Number(url.port);
    return { kind: 'tcp', host: hostname, port, isSecure };
  }
  // ssh would take it for an option.
  if (hostname.startsWith('-') || url.username.startsWith('-')) throw refuse('a name begins with a hyphen');
  if (url.password !== '') throw refuse('it contains a password, which ssh does not take');
  return {
    kind: 'ssh',
    destination: url.username === '' ? hostname : `${decodeURIComponent(url.username)}@${hostname}`,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    ...(url.pathname.length > 1 ? { socket: url.pathname } : {}),
  };
}

/** The endpoint in words, for messages: `unix:///var/run/docker.sock (context work)`. */
export function describeEndpoint({ host, context }: EngineEndpoint): string {
  return context === undefined ? host : `${host} (context ${context})`;
}

/** Whether the engine shares this machine's file system: it is reached through a socket of this machine. */
export function isOnThisMachine({ host }: EngineEndpoint): boolean {
  return host.startsWith('unix://');
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
