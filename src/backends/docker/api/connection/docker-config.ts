import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf, SymphonyError } from '../../../../engine/contract/errors.ts';
import { unknownName } from '../../../../engine/text/common-errors.ts';
import type { EngineEndpoint } from './engine-endpoint.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The fields of `config.json` of the docker command that Symphony reads. */
export interface DockerConfig {
  readonly currentContext?: string;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly auths?: Readonly<Record<string, { readonly auth?: string; readonly identitytoken?: string }>>;
}

/** The folder of the docker command's configuration: `DOCKER_CONFIG`, or `~/.docker`. */
export function dockerConfigFolder(env: Environment): string {
  return env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker');
}

/** @throws SymphonyError `usage` if the file exists and cannot be used */
export async function readDockerConfig(folder: string): Promise<DockerConfig> {
  const path = join(folder, 'config.json');
  if (!existsSync(path)) return {};
  return (await readJson(path)) as DockerConfig;
}

/** The context that names no endpoint of its own: where the docker command looks without one. */
export const defaultContext = 'default';

/**
 * The endpoint of a Docker context.
 * @throws SymphonyError `not-found` with the nearest names, `usage` if its files cannot be used
 */
export async function readContext(folder: string, name: string): Promise<EngineEndpoint> {
  const id = createHash('sha256').update(name).digest('hex');
  const path = join(folder, 'contexts', 'meta', id, 'meta.json');
  if (!existsSync(path)) throw unknownName('Docker context', name, await contextNames(folder));
  const meta = (await readJson(path)) as ContextMeta;
  const { Host: host, SkipTLSVerify: skipsVerification } = meta.Endpoints?.docker ?? {};
  if (typeof host !== 'string' || host === '')
    throw new SymphonyError('usage', `The Docker context ${name} has no endpoint for an engine (${path}).`);
  const certFolder = join(folder, 'contexts', 'tls', id, 'docker');
  return {
    host,
    context: name,
    ...(existsSync(certFolder) ? { certFolder } : {}),
    ...(skipsVerification ? { skipsVerification } : {}),
  };
}

interface ContextMeta {
  readonly Name?: string;
  readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } };
}

/** The names of all contexts; those whose files cannot be read are left out. */
async function contextNames(folder: string): Promise<string[]> {
  const meta = join(folder, 'contexts', 'meta');
  const ids = await readdir(meta).catch(() => []);
  const names = await Promise.all(
    ids.map(async (id) => {
      try {
        return ((await readJson(join(meta, id, 'meta.json'))) as ContextMeta).Name;
      } catch {
        return undefined;
      }
    }),
  );
  return [defaultContext, ...names.filter((name) => name !== undefined)];
}

async function readJson(path: string): Promise<unknown> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    throw new SymphonyError('usage', `${path} cannot be used: ${messageOf(error)}.`, { cause: error });
  }
  throw new SymphonyError('usage', `${path} cannot be used: it is no JSON object.`);
}
