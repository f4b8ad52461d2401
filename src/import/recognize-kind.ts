import { SymphonyError } from '../engine/contract/errors.ts';
import { parseYaml } from './parse-yaml.ts';
import { procfileLine } from './procfile.ts';
import type { ImportKind } from './source.ts';
import { isMap, type Value } from './value.ts';

const names: readonly (readonly [RegExp, ImportKind])[] = [
  [/^process-compose([.-].*)?\.ya?ml$/i, 'process-compose'],
  [/^(docker-)?compose([.-].*)?\.ya?ml$/i, 'compose'],
  [/^procfile([.-].*)?$|\.procfile$/i, 'procfile'],
];

/**
 * What kind of file this is, by its name, else by its content.
 * @throws SymphonyError `invalid-spec` if it is none that can be imported
 */
export async function recognizeKind(name: string, text: string): Promise<ImportKind> {
  const byName = names.find(([pattern]) => pattern.test(name));
  if (byName !== undefined) return byName[1];
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(#|$)/.test(line));
  if (lines.length > 0 && lines.every((line) => /^[^[{]/.test(procfileLine.exec(line)?.[2] ?? '{'))) return 'procfile';
  const value = await parseYaml(name, text);
  if (isMap(value) && (isMap(value.services) || value.include !== undefined)) return 'compose';
  if (isMap(value) && isMap(value.processes)) {
    if (typeof value.name === 'string' && !isProcessCompose(value)) {
      throw new SymphonyError('invalid-spec', `${name} is a declaration of Symphony already.`, {
        hint: `Launch it: symphony launch ${name}`,
      });
    }
    return 'process-compose';
  }
  throw new SymphonyError('invalid-spec', `${name} is no Procfile, compose file or process-compose file.`, {
    hint: 'Say what it is with --from procfile, --from compose or --from process-compose.',
  });
}

/** Fields that a declaration of Symphony does not have. */
const ownFields = ['availability', 'depends_on', 'environment', 'readiness_probe', 'working_dir', 'is_daemon'];

function isProcessCompose(value: Readonly<Record<string, Value>>): boolean {
  if (value.version !== undefined || value.environment !== undefined) return true;
  const { processes } = value;
  return (
    isMap(processes) && Object.values(processes).some((one) => isMap(one) && ownFields.some((name) => name in one))
  );
}
