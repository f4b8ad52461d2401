import { collectProgram } from '../../kit/programs/collect-program.ts';
import { dockerConfigFolder, readDockerConfig } from '../api/connection/docker-config.ts';

const helperSeconds = 20;
/** The key of the public registry in the docker command's configuration. */
const publicRegistry = 'https://index.docker.io/v1/';

/** The value of the header with which an engine pulls an image; undefined without credentials for its registry. */
export async function registryAuth(image: string): Promise<string | undefined> {
  const registry = registryOf(image);
  const { auths = {}, credHelpers = {}, credsStore } = await readDockerConfig(dockerConfigFolder(process.env));
  const key = registry ?? publicRegistry;
  const helper = credHelpers[key] ?? credsStore;
  const found = helper === undefined ? undefined : await askHelper(helper, key);
  if (found !== undefined) return encode({ ...found, serveraddress: key });
  const { auth, identitytoken } = auths[key] ?? auths[`https://${key}`] ?? {};
  if (identitytoken !== undefined) return encode({ identitytoken, serveraddress: key });
  if (auth === undefined) return undefined;
  const [username = '', ...password] = Buffer.from(auth, 'base64').toString('utf8').split(':');
  return encode({ username, password: password.join(':'), serveraddress: key });
}

/** The registry that the name of an image begins with; undefined for the public one. */
export function registryOf(image: string): string | undefined {
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return isHost && first !== 'docker.io' && first !== 'index.docker.io' ? first : undefined;
}

/** Asks a credential helper of the docker command. A helper that is missing or fails has no credentials. */
async function askHelper(helper: string, registry: string): Promise<Record<string, string> | undefined> {
  const options = { env: process.env, seconds: helperSeconds, input: `${registry}\n` };
  const end = await collectProgram(`docker-credential-${helper}`, ['get'], options).catch(() => undefined);
  if (end?.how !== 'exited' || end.exitCode !== 0) return undefined;
  try {
    const { Username: username, Secret: secret } = JSON.parse(end.stdout) as Record<string, unknown>;
    if (typeof username !== 'string' || typeof secret !== 'string') return undefined;
    return username === '<token>' ? { identitytoken: secret } : { username, password: secret };
  } catch {
    return undefined;
  }
}

function encode(credentials: Readonly<Record<string, string>>): string {
  return Buffer.from(JSON.stringify(credentials)).toString('base64url');
}
