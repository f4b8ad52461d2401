import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { repository } from '../bin.ts';

/** What an HTML comment on the line before a block may say about it; a reason or value follows the colon. */
const marks = ['not checked', 'not run', 'arguments'] as const;

/** A fenced block of a document. */
export interface Block {
  readonly document: string;
  /** The line of its opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** The file that the block shows, if its first line is a comment that consists of a file name. */
  readonly file: string | undefined;
  readonly marks: ReadonlyMap<(typeof marks)[number], string>;
}

/** The documents whose blocks are checked: each page of `docs`, also one that is added later. */
export const checkedDocuments: readonly string[] = globSync(['README.md', 'docs/*.md', 'examples/*/README.md'], {
  cwd: repository,
}).sort();

export function readDocument(document: string): string {
  return readFileSync(join(repository, document), 'utf8');
}

/** The fenced blocks of a text, in its order. Throws on a fence that is not closed, and on an unknown mark. */
export function findBlocks(document: string, text: string): readonly Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const opening = /^( *)(`{3,})(\S*)/.exec(lines[index] ?? '');
    if (opening === null) continue;
    const [, indent = '', fence = '', language = ''] = opening;
    const end = lines.findIndex((line, other) => other > index && line === indent + fence);
    const place = `${document}:${index + 1}`;
    if (end === -1) throw new Error(`${place}: the block is not closed.`);
    const content = lines.slice(index + 1, end).map((line) => line.slice(indent.length));
    blocks.push({
      document,
      line: index + 1,
      language,
      text: content.map((line) => `${line}\n`).join(''),
      file: fileName(content[0] ?? ''),
      marks: findMarks(lines.slice(0, index), place),
    });
    index = end;
  }
  return blocks;
}

/** The name in `# rl.yaml` and `// grid-definition.ts`. */
function fileName(line: string): string | undefined {
  const [, name] =
    /^(?:#|\/\/) (?:\S+\/)?([\w-][\w.-]*\.[a-z]+|\.symphony\.ya?ml|Procfile)(?:$|[,:;]? )/.exec(line) ?? [];
  return name === undefined ? undefined : basename(name);
}

/** The comments that stand directly before a block, one a line. */
function findMarks(before: readonly string[], place: string): Block['marks'] {
  const found = new Map<(typeof marks)[number], string>();
  for (const line of before.toReversed()) {
    const [, text] = /^ *<!-- (.*) -->$/.exec(line) ?? [];
    if (text === undefined) break;
    const mark = marks.find((name) => text.startsWith(`${name}: `));
    if (mark === undefined) throw new Error(`${place}: unknown mark "${text}"; known are ${marks.join(', ')}.`);
    found.set(mark, text.slice(mark.length + 2));
  }
  return found;
}

export const allBlocks: readonly Block[] = checkedDocuments.flatMap((document) =>
  findBlocks(document, readDocument(document)),
);

/** How tests name a block: `docs/spec.md:75`. */
export const placeOf = ({ document, line }: Block): string => `${document}:${line}`;
