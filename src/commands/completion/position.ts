import type { Argument, Command, Option } from 'commander';
import { CommandLineCommand } from '../program/command-line-command.ts';

/** The meaning of a word on a command line, and the values before it. */
export interface Position {
  readonly command: Command;
  readonly expects:
    | { readonly kind: 'command' | 'option' | 'nothing' }
    /** `prefix` precedes the value in the same word: `--output=`. */
    | { readonly kind: 'value'; readonly option: Option; readonly prefix: string; readonly typed: string }
    | { readonly kind: 'argument'; readonly argument: Argument };
  /** Values of options so far, by name. */
  readonly options: Readonly<Record<string, string>>;
  /** The arguments so far. */
  readonly positional: readonly string[];
}

/** Determines the meaning of the last word from the declarations of the commands. */
export function findPosition(program: Command, words: readonly string[]): Position {
  let command = program;
  let pending: Option | undefined;
  let closed = false;
  const options: Record<string, string> = {};
  const positional: string[] = [];
  for (const word of words.slice(0, -1)) {
    // bash splits `--output=json` into three words.
    if (word === '=' && pending !== undefined) continue;
    if (pending !== undefined) {
      options[pending.attributeName()] = word;
      pending = undefined;
    } else if (closed || !word.startsWith('-') || word === '-') {
      const next = closed || positional.length > 0 ? undefined : findCommand(command, word);
      if (next === undefined) positional.push(word);
      else command = next;
      // The options of another program are unknown.
      if (command instanceof CommandLineCommand && positional.length > 1) closed = true;
    } else if (word === '--') {
      closed = true;
    } else {
      const { flag, value } = splitOption(word);
      const option = findOption(command, flag);
      if (option?.required && value === undefined) pending = option;
      else if (option !== undefined && value !== undefined) options[option.attributeName()] = value;
    }
  }
  const expects = findExpected(command, words.at(-1) ?? '', { pending, closed, given: positional.length });
  return { command, options, positional, expects };
}

interface Before {
  /** An option whose value is still missing. */
  readonly pending: Option | undefined;
  /** Whether `--` was given. */
  readonly closed: boolean;
  /** The number of arguments. */
  readonly given: number;
}

function findExpected(command: Command, current: string, { pending, closed, given }: Before): Position['expects'] {
  if (pending !== undefined) {
    return { kind: 'value', option: pending, prefix: '', typed: current === '=' ? '' : current };
  }
  if (!closed && current.startsWith('-')) {
    const { flag, value } = splitOption(current);
    const option = value === undefined ? undefined : findOption(command, flag);
    if (option === undefined || value === undefined) return { kind: 'option' };
    return { kind: 'value', option, prefix: `${flag}=`, typed: value };
  }
  if (command.commands.length > 0 && given === 0) return { kind: 'command' };
  const last = command.registeredArguments.at(-1);
  const argument = command.registeredArguments[given] ?? (last?.variadic ? last : undefined);
  return argument === undefined ? { kind: 'nothing' } : { kind: 'argument', argument };
}

function splitOption(word: string): { readonly flag: string; readonly value?: string } {
  const [, flag, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  return flag === undefined || value === undefined ? { flag: word } : { flag, value };
}

function findOption(command: Command, flag: string): Option | undefined {
  for (let level: Command | null = command; level !== null; level = level.parent) {
    const found = level.options.find(({ short, long }) => flag === short || flag === long);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findCommand(command: Command, word: string): Command | undefined {
  return command.commands.find((one) => one.name() === word || one.aliases().includes(word));
}
