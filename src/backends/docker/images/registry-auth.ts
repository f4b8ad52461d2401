import { collectProgram } from '../../kit/programs/collect-program.ts';
import { type DockerConfig, dockerConfigFolder, readDockerConfig } from '../api/connection/docker-config.ts';

const helperSeconds = 20;
/** The key of the public registry in the docker command's configuration. */
const publicRegistry = 'https://index.docker.io/v1/';

/** What a registry accepts: a user name with a password, or a token that the registry gave. */
export type Credentials = { readonly username: string; readonly password: string } | { readonly identitytoken: string };

/** The value of the header with which an engine pulls an image; undefined without credentials for its registry. */
export async function registryAuth(image: string): Promise<string | undefined> {
  const registry = registryOf(image);
  const found = await findCredentials(registry);
  return found === undefined ? undefined : encode({ ...found, serveraddress: registry ?? publicRegistry });
}

/** The value of the header with which an engine pulls what a build needs: all credentials. Undefined if there are none. */
export async function allRegistryAuths(): Promise<string | undefined> {
  const config = await readConfig();
  const { auths = {}, credHelpers = {}, credsStore } = config;
  const stored = credsStore === undefined ? [] : await listStored(credsStore);
  const keys = new Set([...Object.keys(auths), ...Object.keys(credHelpers), ...stored]);
  const found = await Promise.all(
    [...keys].map(async (key) => {
      const credentials = await credentialsOf(config, key);
      const name = key === publicRegistry ? key : key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
      return credentials === undefined ? [] : [[name, { ...credentials, serveraddress: name }] as const];
    }),
  );
  const all = found.flat();
  return all.length === 0 ? undefined : encode(Object.fromEntries(all));
}

/**
 * The credentials of the docker command for a registry; undefined without any.
 * @param registry as the name of an image has it; undefined for the public one
 */
export async function findCredentials(registry: string | undefined): Promise<Credentials | undefined> {
  return credentialsOf(await readConfig(), registry ?? publicRegistry);
}

/** The registry that the name of an image begins with; undefined for the public one. */
export function registryOf(image: string): string | undefined {
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return isHost && first !== 'docker.io' && first !== 'index.docker.io' ? first : undefined;
}

function readConfig(): Promise<DockerConfig> {
  return readDockerConfig(dockerConfigFolder(process.env));
}

/** @param key of the registry in the configuration */
async function credentialsOf(
  { auths = {}, credHelpers = {}, credsStore }: DockerConfig,
  key: string,
): Promise<Credentials | undefined> {
  const helper = credHelpers[key] ?? credsStore;
  const found = helper === undefined ? undefined : await askHelper(helper, key);
  if (found !== undefined) return found;
  const { auth, identitytoken } = auths[key] ?? auths[`https://${key}`] ?? {};
  if (identitytoken !== undefined) return { identitytoken };
  if (auth === undefined) return undefined;
  const [username = '', ...password] = Buffer.from(auth, 'base64').toString('utf8').split(':');
  return { username, password: password.join(':') };
}

/** Asks a credential helper of the docker command. A helper that is missing or fails has no credentials. */
async function askHelper(helper: string, registry: string): Promise<Credentials | undefined> {
  const { Username: username, Secret: secret } = await runHelper(helper, 'get', `${registry}\n`);
  if (typeof username !== 'string' || typeof secret !== 'string') return undefined;
  return username === '<token>' ? { identitytoken: secret } : { username, password: secret };
}

/** The registries that a credential helper has credentials for. */
async function listStored(helper: string): Promise<string[]> {
  return Object.keys(await runHelper(helper, 'list', ''));
}

async function runHelper(helper: string, action: string, input: string): Promise<Readonly<Record<string, unknown>>> {
  const options = { env: process.env, seconds: helperSeconds, input };
  const end = await collectProgram(`docker-credential-${helper}`, [action], options).catch(() => undefined);
  if (end?.how !== 'exited' || end.exitCode !== 0) return {};
  try {
    const answer: unknown = JSON.parse(end.stdout);
    return typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** In base64 for URLs. Docker decodes it only with its padding, which Node leaves out. */
function encode(credentials: object): string {
  const text = Buffer.from(JSON.stringify(credentials)).toString('base64url');
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}
