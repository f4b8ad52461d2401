import type { Document, Scalar } from 'yaml';
import { SymphonyError } from '../engine/contract/errors.ts';
import type { Value } from './value.ts';

const maxAliases = 10_000;

/**
 * The content of a YAML file, with scalars as they are written: `1.10` is not the number 1.1.
 * @param name of the file, for messages
 * @throws SymphonyError `invalid-spec` naming line and column
 */
export async function parseYaml(name: string, text: string): Promise<Value> {
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document: Document = yaml.parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    merge: true,
    logLevel: 'error',
  });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    const [message = ''] = fault.message.split('\n');
    throw new SymphonyError('invalid-spec', `${name}:${line}:${col}: ${message.replace(/\.$/, '')}.`);
  }
  yaml.visit(document, {
    Scalar(key, node: Scalar) {
      if (key === 'key' || node.value === null || typeof node.value === 'string') return;
      node.value = node.source ?? String(node.value);
    },
  });
  try {
    return toValue(document.toJS({ maxAliasCount: maxAliases }));
  } catch (error) {
    throw new SymphonyError('invalid-spec', `${name}: ${(error as Error).message.replace(/\.$/, '')}.`);
  }
}

/** Tags of YAML can make other values: dates, sets, binary data. */
function toValue(data: unknown): Value {
  if (data === null || data === undefined) return null;
  if (Array.isArray(data)) return data.map(toValue);
  if (typeof data !== 'object' || Object.getPrototypeOf(Object.getPrototypeOf(data)) !== null) return String(data);
  return Object.fromEntries(
    Object.entries(data)
      .filter(([name]) => name !== '__proto__')
      .map(([name, value]) => [name, toValue(value)]),
  );
}
