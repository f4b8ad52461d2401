import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { ExperimentStatus } from '../../../src/engine/contract/status.ts';
import { plainEnvironment, type RunResult, repository } from '../bin.ts';
import type { Session } from '../session.ts';
import type { Block } from './blocks.ts';
import type { TypedLine } from './shell-lines.ts';
import { isYaml, yamlContent } from './yaml-blocks.ts';

export const packageName = (JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { name: string })
  .name;

/** A stand-in for the programs that declarations name, where no Python is installed: it serves what it can, for a while. */
const python = `#!/usr/bin/env node
import { createServer } from 'node:net';
console.log('running', ...process.argv.slice(2));
const idle = setTimeout(() => process.exit(0), 5000);
if (/learner|server|replay|train/.test(process.argv[2] ?? ''))
  for (const [name, port] of Object.entries(process.env))
    if (/^SYMPH_.*_PORT$/.test(name))
      createServer().on('error', () => {}).listen(Number(port), process.env[name.replace('_PORT', '_HOST')]).unref();
`;

/** What has become of the experiment of examples/rl before a block is run. */
export type Example = 'absent' | 'running' | 'deleted';

/**
 * A folder in which a reader of one document works: the Symphony of the session's bin is installed there, with the programs of
 * the example, and its Node.js runs them.
 */
export class Workplace {
  readonly session: Session;
  readonly folder: string;
  readonly #env: Readonly<Record<string, string | undefined>>;
  /** Lines that hold for all that follow: `export` and `cd`. */
  #setUp: string[] = [];

  /** @param image the image of the example, instead of its own */
  constructor(session: Session, blocks: readonly Block[], image?: string) {
    this.session = session;
    this.folder = join(session.folder, 'work');
    const [node = '', bin = ''] = session.bin;
    cpSync(join(repository, 'examples', 'rl'), this.folder, { recursive: true });
    if (image !== undefined) {
      const declaration = readFileSync(join(this.folder, 'rl.yaml'), 'utf8');
      this.#write('rl.yaml', declaration.replace(/^image: .*$/m, `image: ${image}`));
    }
    const modules = join(this.folder, 'node_modules');
    const link = (target: string, path: string) => {
      mkdirSync(dirname(path), { recursive: true });
      symlinkSync(target, path);
    };
    link(dirname(dirname(bin)), join(modules, packageName));
    for (const name of ['@types/node', 'undici-types'])
      link(join(repository, 'node_modules', name), join(modules, name));
    link(bin, join(modules, '.bin', 'symphony'));
    this.#write('package.json', JSON.stringify({ name: 'work', type: 'module' }));
    // Processes do not get what is in node_modules/.bin.
    this.#write('bin/python', python);
    chmodSync(join(this.folder, 'bin', 'python'), 0o755);
    this.#env = {
      ...session.env,
      HOME: this.folder,
      PATH: [join(this.folder, 'bin'), join(modules, '.bin'), dirname(node), process.env.PATH].join(delimiter),
    };
    for (const block of blocks) if (isYaml(block)) this.#addDeclaration(block);
  }

  #write(name: string, text: string): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), text);
  }

  /** Writes a declaration as the file of its name, with the files that it carries. `rl.yaml` stays that of the example. */
  #addDeclaration(block: Block): void {
    const content = yamlContent(block);
    if (content.kind !== 'spec' || !('name' in content.spec)) return;
    const { name, files = [] } = content.spec as { name: string; files?: readonly string[] };
    if (name === 'rl') return;
    this.#write(`${name}.yaml`, block.text);
    for (const file of [files].flat()) if (!file.endsWith('/')) this.#write(file, '');
  }

  /** Writes the programs of the document, and resolves with the names of their files. */
  addPrograms(programs: readonly Program[]): void {
    for (const { file, text } of programs) this.#write(file, text);
    const compilerOptions = {
      target: 'esnext',
      module: 'nodenext',
      strict: true,
      noEmit: true,
      erasableSyntaxOnly: true,
      types: ['node'],
      skipLibCheck: false,
    };
    this.#write('tsconfig.json', JSON.stringify({ compilerOptions, files: programs.map(({ file }) => file) }));
  }

  /** Deletes every experiment of this machine, and brings the example into this state. */
  async prepare(example: Example): Promise<void> {
    await deleteAll(this.session, 'local');
    if (example === 'absent') return;
    await this.session.ok(['launch', 'rl.yaml', '--wait'], { cwd: this.folder, timeout: 90 });
    if (example === 'deleted') await this.session.delete('rl');
  }

  /** Runs a program of the document to its end; what it follows is deleted once it has printed something. */
  runProgram({ file, text, args }: Program): Promise<RunResult> {
    const follows = /follow: true|\.watch\(/.test(text);
    return this.#run(['node', file, ...args], follows ? () => this.prepare('absent') : undefined);
  }

  /** Runs what a reader types; a command that may go on is interrupted once it has printed something. */
  async type({ command }: TypedLine): Promise<RunResult> {
    const lasting = /^(?:export|cd) /.test(command);
    const goesOn = /(?:^| )(?:-f|--follow|-A|--attached|visit \w+)(?: |$)/.test(command);
    // Without a terminal nothing can be asked.
    const asks =
      /symphony (?:delete|d|delete-batch|db|history prune) /.test(command) && !/--force|--dry-run/.test(command);
    const line = asks ? `${command} --force` : command;
    const script = ['set -euo pipefail', ...this.#setUp, line].join('\n');
    const [, file] = / > (\S+)/.exec(command) ?? [];
    const result = await this.#run(
      ['bash', '-c', script],
      goesOn ? (child) => sendSignal(child, 'SIGINT') : undefined,
      file,
    );
    if (lasting && result.exitCode === 0) this.#setUp.push(command);
    const interrupted = result.exitCode === 130 || result.signal === 'SIGINT';
    return goesOn && interrupted ? { ...result, exitCode: 0 } : result;
  }

  /** @param onOutput Called once something is printed, or is in the file to which the output goes. */
  async #run(
    [program = '', ...args]: readonly string[],
    onOutput?: (child: ReturnType<typeof spawn>) => void | Promise<void>,
    file?: string,
  ): Promise<RunResult> {
    const env = { ...plainEnvironment(), ...this.#env };
    const child = spawn(program, args, { cwd: this.folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = setTimeout(() => sendSignal(child, 'SIGKILL'), 90_000);
    const output = { stdout: '', stderr: '' };
    let reacted: Promise<void> | undefined;
    let printed = false;
    const react = () => {
      if (printed) return;
      printed = true;
      reacted = Promise.resolve(onOutput?.(child));
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text;
      react();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    const polling =
      file === undefined ? undefined : setInterval(() => sizeOf(join(this.folder, file)) > 0 && react(), 100);
    const [exitCode, signal] = (await once(child, 'close').finally(() => {
      clearTimeout(timer);
      clearInterval(polling);
    })) as [number | null, NodeJS.Signals | null];
    await reacted;
    return { exitCode, signal, ...output };
  }
}

/** Signals a program with all that it has started. It may have ended. */
function sendSignal({ pid }: { readonly pid?: number | undefined }, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export async function deleteAll(session: Session, backend: string): Promise<void> {
  const experiments = await session.json<ExperimentStatus[]>(['ls', '--backend', backend]);
  if (experiments.length > 0) await session.ok(['delete-batch', '*', '--force', '--backend', backend]);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** A program of a document: a block that imports something, and the blocks after it that import nothing and go on with it. */
export interface Program {
  readonly file: string;
  readonly text: string;
  readonly args: readonly string[];
  /** Why it is not run, but only type-checked. */
  readonly notRun: string | undefined;
  /** Where each of its blocks begins: the line in the program, and the line in the document. */
  readonly starts: readonly { readonly line: number; readonly documentLine: number }[];
}

export function findPrograms(blocks: readonly Block[]): readonly Program[] {
  const programs: Program[] = [];
  for (const block of blocks) {
    const previous = programs.at(-1);
    const goesOn = previous !== undefined && block.file === undefined && !/^(?:import|export) /m.test(block.text);
    const start = { line: goesOn ? previous.text.split('\n').length : 1, documentLine: block.line + 1 };
    const program: Program = {
      file: block.file ?? (goesOn ? previous.file : `program-${block.line}.ts`),
      text: goesOn ? previous.text + block.text : block.text,
      args: block.marks.get('arguments')?.split(' ') ?? (goesOn ? previous.args : []),
      notRun: block.marks.get('not run') ?? (goesOn ? previous.notRun : undefined),
      starts: [...(goesOn ? previous.starts : []), start],
    };
    if (goesOn) programs.pop();
    programs.push(program);
  }
  return programs;
}
