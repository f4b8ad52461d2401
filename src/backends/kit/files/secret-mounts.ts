import { basename } from 'node:path';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';

/** The folder of a process's secret files in a container: the value of `SYMPH_SECRETS_DIR`. */
export const secretsDir = '/etc/secrets';

/** The names of a process's secret variables, whose values `resolveSecretValues` reads. */
export function secretVariables({ env }: Pick<ResolvedProcess, 'env'>): string[] {
  return Object.keys(env).filter((name) => typeof env[name] !== 'string');
}

/** The names of a process's secret files in `secretsDir`. */
export function secretFileNames({ secrets }: Pick<ResolvedProcess, 'secrets'>): string[] {
  return secrets.map((path) => basename(path));
}
