import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { SymphonyError } from '../../../../engine/contract/errors.ts';
import { defaultContext, dockerConfigFolder, readContext, readDockerConfig } from './docker-config.ts';
import { type EngineEndpoint, parseEndpoint } from './engine-endpoint.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface EndpointOptions {
  /** A Docker context that goes before everything in the environment. */
  readonly context?: string;
  readonly env?: Environment;
  /** Looked at in this order, if nothing names an endpoint. */
  readonly sockets?: readonly string[];
}

/**
 * Finds the engine as the docker command does: a context that was asked for, `DOCKER_HOST`, `DOCKER_CONTEXT`, the current
 * context of its configuration, else the first usable socket of Docker or Podman on this machine.
 * @throws SymphonyError `usage` or `not-found` for what is named and cannot be used, `backend-unavailable` if nothing is
 *   named and there is no socket
 */
export async function findEndpoint(options: EndpointOptions = {}): Promise<EngineEndpoint> {
  const { env = process.env } = options;
  const endpoint = await find({ ...options, env });
  return endpoint.host.startsWith('ssh:') ? { ...endpoint, env: sshEnvironment(env) } : endpoint;
}

async function find(options: EndpointOptions & { readonly env: Environment }): Promise<EngineEndpoint> {
  const { context, env, sockets = usualSockets(env) } = options;
  const folder = dockerConfigFolder(env);
  const named = (name: string) => (name === defaultContext ? undefined : readContext(folder, name));
  if (context !== undefined) return (await named(context)) ?? findSocket(sockets);
  if (env.DOCKER_HOST) return fromEnvironment(env.DOCKER_HOST, env, folder);
  const name = env.DOCKER_CONTEXT || (await readDockerConfig(folder)).currentContext || defaultContext;
  return (await named(name)) ?? findSocket(sockets);
}

function sshEnvironment({ PATH: path, SSH_AUTH_SOCK: agent }: Environment) {
  return { ...(path === undefined ? {} : { PATH: path }), ...(agent === undefined ? {} : { SSH_AUTH_SOCK: agent }) };
}

function fromEnvironment(host: string, env: Environment, folder: string): EngineEndpoint {
  const isSecure = Boolean(env.DOCKER_TLS_VERIFY || env.DOCKER_TLS || env.DOCKER_CERT_PATH);
  const wantsTls = isSecure && /^(tcp|https?):/.test(host);
  const endpoint = { host, ...(wantsTls ? { certFolder: resolve(env.DOCKER_CERT_PATH || folder) } : {}) };
  parseEndpoint(endpoint, 'DOCKER_HOST');
  return endpoint;
}

/** Where Docker and Podman listen: as a service of the system, without root, and in Docker Desktop. */
export function usualSockets(env: Environment): string[] {
  const home = env.HOME || homedir();
  const runtime = env.XDG_RUNTIME_DIR || `/run/user/${userInfo().uid}`;
  return [
    '/var/run/docker.sock',
    join(runtime, 'docker.sock'),
    join(home, '.docker', 'run', 'docker.sock'),
    join(home, '.docker', 'desktop', 'docker.sock'),
    join(runtime, 'podman', 'podman.sock'),
    '/run/podman/podman.sock',
  ];
}

/** The first socket that this user may use, else the first that exists: its engine says why not. */
async function findSocket(sockets: readonly string[]): Promise<EngineEndpoint> {
  const existing: string[] = [];
  for (const path of sockets) {
    if (!((await stat(path).catch(() => undefined))?.isSocket() ?? false)) continue;
    if (await isWritable(path)) return { host: `unix://${path}` };
    existing.push(path);
  }
  const [first] = existing;
  if (first !== undefined) return { host: `unix://${first}` };
  throw new SymphonyError('backend-unavailable', `There is no engine: none of ${sockets.join(', ')} exists.`, {
    hint: 'Install Docker or Podman and start its service, or name an engine: DOCKER_HOST, or a Docker context.',
  });
}

function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}
