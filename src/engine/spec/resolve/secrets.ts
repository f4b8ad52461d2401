import { basename } from 'node:path';
import { SymphonyError } from '../../contract/errors.ts';
import { formatProcess } from '../../contract/status.ts';
import { maxArgumentBytes } from '../argument-limit.ts';
import type { EnvironmentValue, SecretReference } from '../experiment-spec.ts';
import { declaredEnvironment } from './references.ts';
import type { ResolvedExperiment, ResolvedProcess } from './resolved-experiment.ts';

export interface SecretFile {
  /** The file's name in the folder `SYMPH_SECRETS_DIR`. */
  readonly name: string;
  /** The file's path on the launching machine. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** The values of one process's secrets. Only the process may receive them. */
export interface SecretValues {
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly SecretFile[];
}

/** The text that replaces a secret's value in everything that is shown. */
export const hiddenSecret = '<secret>';

const maxFileBytes = 2 ** 20;

/**
 * Reads all secrets of an experiment, each file once.
 * @param env the launching environment
 * @returns the values by process, under the name that `formatProcess` gives
 * @throws SymphonyError `invalid-spec` naming the place, never a value
 */
export async function resolveSecretValues(
  experiment: ResolvedExperiment,
  env: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => Promise<Uint8Array>,
): Promise<ReadonlyMap<string, SecretValues>> {
  const reads = new Map<string, Promise<Uint8Array>>();
  const readOnce = (path: string) => {
    const read = reads.get(path) ?? readFile(path);
    reads.set(path, read);
    return read;
  };
  const values = new Map<string, SecretValues>();
  for (const resolvedProcess of experiment.processes) {
    const own: Record<string, string> = {};
    for (const [name, value] of Object.entries(resolvedProcess.env)) {
      if (typeof value !== 'string') own[name] = await resolveValue(resolvedProcess, name, value, env, readOnce);
    }
    const files: SecretFile[] = [];
    for (const path of resolvedProcess.secrets) {
      files.push({
        name: basename(path),
        path,
        content: await readSecret(`secrets of ${resolvedProcess.path}`, path, readOnce),
      });
    }
    values.set(formatProcess(resolvedProcess), { env: own, files });
  }
  return values;
}

async function resolveValue(
  resolvedProcess: ResolvedProcess,
  name: string,
  reference: SecretReference,
  env: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => Promise<Uint8Array>,
): Promise<string> {
  const place = `env.${name} of ${resolvedProcess.path}`;
  if ('fromFile' in reference) {
    return checkValue(
      place,
      decode(place, await readSecret(place, reference.fromFile, readFile)).replace(/\r?\n$/, ''),
    );
  }
  const value = env[reference.fromEnv];
  if (value === undefined) {
    throw new SymphonyError('invalid-spec', `${place}: the environment variable ${reference.fromEnv} is not set.`, {
      hint: `Set ${reference.fromEnv} where you launch from.`,
    });
  }
  return checkValue(place, value);
}

async function readSecret(
  place: string,
  path: string,
  readFile: (path: string) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  let content: Uint8Array;
  try {
    content = await readFile(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw new SymphonyError('invalid-spec', `${place}: the file ${path} ${reason}.`, { cause: error });
  }
  if (content.byteLength <= maxFileBytes) return content;
  throw new SymphonyError('invalid-spec', `${place}: the file ${path} is over 1 MiB, too large for a secret.`);
}

function decode(place: string, content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new SymphonyError('invalid-spec', `${place}: the file is not UTF-8 text, as a variable must be.`, {
      hint: 'List the file under secrets instead.',
    });
  }
}

function checkValue(place: string, value: string): string {
  if (value.includes('\0')) throw new SymphonyError('invalid-spec', `${place}: the value holds a NUL byte.`);
  if (Buffer.byteLength(value) < maxArgumentBytes - 1024) return value;
  throw new SymphonyError('invalid-spec', `${place}: the value is too long for a variable.`, {
    hint: 'List the file under secrets instead.',
  });
}

/**
 * The variables of a process for display: references replaced, secrets hidden, also inside of other values.
 * @param env the declared ones
 * @param symphony those that Symphony itself sets
 */
export function shownEnvironment(
  env: Readonly<Record<string, EnvironmentValue>>,
  symphony: Readonly<Record<string, string>>,
): Record<string, string> {
  const hidden = Object.entries(env).filter(([, value]) => typeof value !== 'string');
  const secrets = Object.fromEntries(hidden.map(([name]) => [name, hiddenSecret]));
  return { ...declaredEnvironment(env, symphony, secrets), ...symphony };
}

/** An environment as it is written, with its secrets hidden, for display. */
export function hideSecrets(env: Readonly<Record<string, EnvironmentValue>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, typeof value === 'string' ? value : hiddenSecret]),
  );
}
