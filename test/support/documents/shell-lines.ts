import type { Block } from './blocks.ts';

/** A line that a reader types, with the output that the document shows below it. */
export interface TypedLine {
  readonly command: string;
  readonly output: readonly string[];
}

export const isShell = ({ language }: Block): boolean => ['sh', 'bash', 'console'].includes(language);

/** The lines to type of a block of shell: in a `console` block those after `$ `, else all. Continued lines are joined. */
export function typedLines({ language, text }: Block): readonly TypedLine[] {
  const lines = text.replaceAll('\\\n', ' ').split('\n').slice(0, -1);
  if (language !== 'console')
    return lines.flatMap((line) =>
      withoutComment(line) === '' ? [] : [{ command: withoutComment(line), output: [] }],
    );
  const typed: { command: string; output: string[] }[] = [];
  for (const line of lines) {
    if (line.startsWith('$ ')) typed.push({ command: withoutComment(line.slice(2)), output: [] });
    else typed.at(-1)?.output.push(line);
  }
  return typed;
}

/** Removes a comment at the end, and spaces around. */
function withoutComment(line: string): string {
  let quote = '';
  for (const [index, character] of [...line].entries()) {
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === '#' && (index === 0 || line[index - 1] === ' ')) return line.slice(0, index).trim();
  }
  return line.trim();
}

/** The simple commands of a line, each as its words: without variables set before it, redirections and what joins it to the next. */
export function simpleCommands(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  for (const [token] of line.matchAll(
    /&&|\|\||<\(|[;|&)]|\d?>{1,2}&?\s*\S+|<\s*\S+|(?:"(?:\\.|[^"])*"|'[^']*'|\\.|[^\s;|&<>"'\\)])+/g,
  )) {
    if (/^(?:&&|\|\||<\(|[;|&)])$/.test(token)) commands.push([]);
    else if (!/^\d?[<>]/.test(token)) commands.at(-1)?.push(unquote(token));
  }
  return commands.map((words) => words.slice(assignments(words))).filter((words) => words.length > 0);
}

function assignments(words: readonly string[]): number {
  const first = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  return first === -1 ? words.length : first;
}

function unquote(token: string): string {
  return token.replace(/"((?:\\.|[^"])*)"|'([^']*)'|\\(.)/g, (_, double = '', single = '', escaped = '') => {
    return `${double.replace(/\\(["\\$`])/g, '$1')}${single}${escaped}`;
  });
}

/** For each typed line, the backend that it needs: that of `--backend`, or of a `SYMPHONY_BACKEND` before it. */
export function backendOf(block: Block): readonly string[] {
  let current = 'local';
  return typedLines(block).map(({ command }) => {
    const [, exported] = /SYMPHONY_BACKEND=(\w+)/.exec(command) ?? [];
    const [, named] = /--backend[= ](\w+)/.exec(command) ?? [];
    if (exported !== undefined) current = exported;
    // These name an engine of another machine.
    if (/DOCKER_HOST=|docker context/.test(command)) current = 'docker';
    return named ?? current;
  });
}
