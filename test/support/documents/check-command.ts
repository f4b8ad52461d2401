import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import '../../../src/backends/index.ts';
import { builtinCommands } from '../../../src/commands/program/builtin-commands.ts';
import { createProgram } from '../../../src/commands/program/create-program.ts';
import { SymphonyError } from '../../../src/engine/contract/errors.ts';
import { repository } from '../bin.ts';

const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { scripts: object };

/** Programs that documents call and that are not ours: nothing is known of their options. */
const foreign = ['cd', 'docker', 'export', 'git', 'kill', 'kubectl', 'set', 'source', 'sudo', 'tmux', 'usermod'];

/** What is wrong with a command of a document; undefined if the command exists and takes these options and arguments. */
export async function commandProblem(words: readonly string[]): Promise<string | undefined> {
  const [program = '', ...args] = words[0] === 'npx' ? words.slice(1) : words;
  if (program === 'symphony') return symphonyProblem(args);
  if (program === 'npm') return npmProblem(args);
  // Programs of the examples have all commands of Symphony, and some of their own.
  if (program === 'node') return undefined;
  return foreign.includes(program) ? undefined : `the program ${program} is not known`;
}

/** Parses the arguments as the program does, without running the command. */
export async function symphonyProblem(args: readonly string[]): Promise<string | undefined> {
  const program = createProgram({
    name: 'symphony',
    version: '0.0.0',
    commands: builtinCommands,
    runCommand: async () => {},
    writeHelp: () => {},
  });
  if (args.length === 0) return undefined;
  try {
    await program.parseAsync(args, { from: 'user' });
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    if (error instanceof CommanderError || error instanceof SymphonyError) return error.message;
    throw error;
  }
}

function npmProblem([verb = '', name = '']: readonly string[]): string | undefined {
  if (['install', 'i', 'ci', 'link', 'pack'].includes(verb)) return undefined;
  const script = verb === 'run' ? name : verb;
  return Object.hasOwn(scripts, script) ? undefined : `package.json has no script ${script}`;
}
