import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { Option } from 'commander';
import { phraseOf, SymphonyError } from '../../engine/contract/errors.ts';
import { expandHome } from '../../engine/files/paths.ts';
import { absolutePath } from '../../engine/files/working-directory.ts';
import { commandLine } from '../../engine/text/advice.ts';
import { formatJson } from '../../engine/text/format-json.ts';
import { type ImportKind, importKinds } from '../../import/source.ts';
import type { CommandContext, CommandDefinition } from '../program/command.ts';

export const importFile: CommandDefinition = {
  name: 'import',
  group: 'Experiments',
  configure: (command) =>
    command
      .description('turn a Procfile, a compose file or a process-compose file into a spec, which is printed')
      .argument('<file>', 'the file; what it is follows from its name, or else from its content')
      .addOption(new Option('--from <kind>', 'the kind of the file').choices(importKinds))
      .option(
        '-o, --output-file <file>',
        'write the spec into this file; by default it is meant for the folder of FILE',
      )
      .option('--force', 'replace the output file if it exists'),
  async run(args, context) {
    const { readSource } = await import('../../engine/spec/source/read-source.ts');
    const { importDeclaration } = await import('../../import/import-declaration.ts');
    const file = absolutePath(expandHome(args.file));
    const target = args.outputFile === undefined ? undefined : absolutePath(expandHome(args.outputFile));
    const folder = dirname(file);
    const targetDir = target === undefined ? folder : dirname(target);
    const source = {
      name: basename(file),
      text: await readSource(file),
      folder,
      fromTarget: relative(targetDir, folder),
      variables: process.env,
      readFile: (path: string) => readText(resolve(folder, expandHome(path))),
    };
    const { yaml, data, lost } = await importDeclaration(source, targetDir, args.from as ImportKind | undefined);
    const text = context.output === 'json' ? `${formatJson(data, 2)}\n` : yaml;
    if (target === undefined) await context.write(text);
    else await writeNew(args.outputFile, target, text, args.force === true);
    report(context, lost.length, target === undefined ? undefined : args.outputFile);
  },
};

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The declaration says which file could not be read.
    return undefined;
  }
}

/** Values of env files may be secrets: only their owner can read the file. */
async function writeNew(name: string, path: string, text: string, replaces: boolean): Promise<void> {
  try {
    await writeFile(path, text, { mode: 0o600, flag: replaces ? 'w' : 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new SymphonyError('conflict', `${name} exists.`, { hint: 'Replace it with --force.' });
    throw new SymphonyError('failed', `${name} cannot be written: ${phraseOf(error)}.`, { cause: error });
  }
}

function report({ note }: CommandContext, lost: number, written: string | undefined): void {
  if (written !== undefined) note(`Wrote ${written}. Check it: ${commandLine(`launch ${written} --dry-run`)}`);
  if (lost === 0) return;
  note(
    `${lost === 1 ? 'One thing' : `${lost} things`} could not be carried over; comments in the spec say what, and why.`,
  );
}
