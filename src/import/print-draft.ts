import { Document, isMap, isScalar, isSeq, type Pair, visit, type YAMLMap } from 'yaml';
import type { SpecPath } from '../engine/spec/problem.ts';
import type { Draft } from './draft.ts';

/** A draft as YAML, with its notes as comments at their places. @param heading the first comment */
export function printDraft({ data, notes, leftOut }: Draft, heading: string): string {
  const document = new Document(data, { aliasDuplicateObjects: false });
  visit(document, {
    // Lists of scalars, such as an argv, go on one line.
    Seq(_, list) {
      if (list.items.every((item) => !isMap(item) && !isSeq(item))) list.flow = true;
    },
  });
  const root = document.contents as unknown as YAMLMap;
  for (const { path, text } of notes) {
    const key = keyAt(root, path);
    if (key !== undefined) key.commentBefore = joined(key.commentBefore, comment(text));
  }
  const body = document.toString({ lineWidth: 0, flowCollectionPadding: false });
  const disabled = leftOut.map((one) => {
    const block = new Document({ [one.name]: one.fields }, { aliasDuplicateObjects: false });
    const lines = block.toString({ lineWidth: 0 }).trimEnd().split('\n');
    return [
      `#  Not started there (${oneLine(one.reason)}); a process of this declaration would be:`,
      ...lines.map((line) => `#  ${line}`),
    ];
  });
  const blocks = disabled.map((lines) => `${lines.join('\n')}\n`).join('');
  return `# ${oneLine(heading)}\n${body}${blocks}`;
}

/** The key of the field at a path, or the first key of the innermost part that exists there. */
function keyAt(root: YAMLMap, path: SpecPath): { commentBefore?: string | null } | undefined {
  let map = root;
  for (const [index, part] of path.entries()) {
    const pair = map.items.find(({ key }) => isScalar(key) && key.value === part) as Pair | undefined;
    if (pair === undefined) break;
    if (!isMap(pair.value)) return pair.key as { commentBefore?: string | null };
    // A field of a process or of the experiment has the comment before itself, a process in itself.
    if (index === path.length - 1 && !isPart(path)) return pair.key as { commentBefore?: string | null };
    map = pair.value;
  }
  return map.items[0]?.key as { commentBefore?: string | null } | undefined;
}

/** Whether a path is that of a process or a group. */
function isPart(path: SpecPath): boolean {
  return path.length % 2 === 0 && (path.at(-2) === 'processes' || path.at(-2) === 'groups');
}

function joined(before: string | null | undefined, text: string): string {
  return before ? `${before}\n${text}` : text;
}

function comment(text: string): string {
  return ` ${oneLine(text)}`;
}

/** A comment ends with its line, and shows no control characters. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029\u0085]+/g, ' ').replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Cn}]/gu, '\ufffd');
}
