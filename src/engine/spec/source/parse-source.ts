import type { Document, Node, Scalar } from 'yaml';
import { SymphonyError } from '../../contract/errors.ts';
import type { SpecPath } from '../problem.ts';

/** The content of a file, not validated yet. */
export interface SpecSource {
  readonly data: unknown;
  /** The line, from 1, of a place in the spec, or of the nearest place that encloses it. */
  lineOf(path: SpecPath): number | undefined;
}

type Yaml = typeof import('yaml');

/** More aliases than an author needs, and few enough to stop a file that expands without bound. */
const maxAliases = 10_000;

/**
 * Reads YAML, or JSON, which is YAML as well; a file called `.json` must be JSON.
 * @throws SymphonyError `invalid-spec` naming file, line and column
 */
export async function parseSource(path: string, text: string): Promise<SpecSource> {
  const yaml = await import('yaml');
  const isJson = path.endsWith('.json');
  const json = isJson ? parseJson(path, text) : undefined;
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    merge: true,
    logLevel: 'error',
  });
  // The only fault that YAML finds in valid JSON is a duplicate key, of which JSON.parse silently keeps the last.
  const faults = [...document.errors, ...document.warnings].filter(
    ({ code }) => !isJson || code === 'DUPLICATE_KEY' || code === 'RESOURCE_EXHAUSTION',
  );
  const [fault] = faults;
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw new SymphonyError('invalid-spec', `${path}:${line}:${col}: ${inWords(fault.code, fault.message)}`);
  }
  if (!isJson) keepWords(yaml, document);
  return {
    data: isJson ? json : toData(path, document),
    lineOf: (place) => {
      const offset = offsetOf(yaml, document, place);
      return offset === undefined ? undefined : lines.linePos(offset).line;
    },
  };
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = (error as Error).message.replace(/\s+/g, ' ');
    const [, position] = /at position (\d+)/.exec(message) ?? [];
    const before = text.slice(0, position === undefined ? text.length : Number(position)).split('\n');
    const place = `${path}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
    throw new SymphonyError(
      'invalid-spec',
      `${place}: this is not JSON: ${message.replace(/ (in JSON )?at position.*/, '')}.`,
    );
  }
}

function toData(path: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: maxAliases });
  } catch (error) {
    const message = (error as Error).message;
    const reason = message.startsWith('Excessive alias') ? 'its aliases expand to too much data' : message;
    throw new SymphonyError('invalid-spec', `${path}: ${reason}.`);
  }
}

function inWords(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'this field is given twice.';
  if (code === 'MULTIPLE_DOCS') return 'a second document starts here; a spec is a single document.';
  if (code === 'RESOURCE_EXHAUSTION') return 'this is nested too deep.';
  return `${message.split('\n')[0]?.replace(/\.$/, '')}.`;
}

/**
 * Variables and arguments are strings: `1.10` and `1e-3` must reach the process as written, not as the numbers that YAML
 * reads. A scalar with an anchor stays unchanged, because an alias may use it as a number.
 */
function keepWords(yaml: Yaml, document: Document): void {
  const isWord = (scalar: Scalar) =>
    (typeof scalar.value === 'number' || typeof scalar.value === 'boolean') && scalar.anchor === undefined;
  yaml.visit(document, {
    Pair(_, { key, value }) {
      if (!yaml.isScalar(key)) return;
      if (key.value === 'command' && yaml.isSeq(value)) value.items.forEach(keep);
      if (key.value === 'env' && yaml.isMap(value)) for (const pair of value.items) keep(pair.value);
    },
  });
  function keep(node: unknown): void {
    if (yaml.isScalar(node) && isWord(node) && node.source !== undefined) node.value = node.source;
  }
}

function offsetOf(yaml: Yaml, document: Document, path: SpecPath): number | undefined {
  let node: Node | null = document.contents as Node | null;
  let offset = node?.range?.[0];
  for (const part of path) {
    if (yaml.isAlias(node)) node = node.resolve(document) ?? null;
    let next: unknown;
    if (yaml.isMap(node)) {
      const pair = node.items.find(({ key }) => yaml.isScalar(key) && String(key.value) === String(part));
      if (pair === undefined) return offset;
      offset = (pair.key as Scalar).range?.[0] ?? offset;
      next = pair.value;
    } else if (yaml.isSeq(node)) {
      next = node.items[Number(part)];
      if (!yaml.isNode(next)) return offset;
      offset = next.range?.[0] ?? offset;
    } else {
      return offset;
    }
    node = yaml.isNode(next) ? next : null;
  }
  return offset;
}
