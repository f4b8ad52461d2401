import { importCompose } from './compose/import-compose.ts';
import type { Draft } from './draft.ts';
import { printDraft } from './print-draft.ts';
import { importProcessCompose } from './process-compose/import-process-compose.ts';
import { importProcfile } from './procfile.ts';
import { recognizeKind } from './recognize-kind.ts';
import { settle } from './settle.ts';
import type { ImportKind, ImportSource } from './source.ts';

/** A declaration made from the file of another tool. */
export interface ImportedDeclaration {
  readonly kind: ImportKind;
  /** The declaration, with comments that say what is different or missing. */
  readonly yaml: string;
  /** The declaration as data, which `parseSpec` accepts. */
  readonly data: Readonly<Record<string, unknown>>;
  /** What could not be carried over, each in a sentence with the reason. */
  readonly lost: readonly string[];
}

const titles: Readonly<Record<ImportKind, string>> = {
  procfile: 'a Procfile',
  compose: 'a compose file',
  'process-compose': 'a process-compose file',
};

/**
 * Converts the file of another tool to a declaration that Symphony accepts.
 * @param kind of the file; by its name and content, unless given
 * @param targetDir the folder that the declaration is for
 * @throws SymphonyError `invalid-spec` if it is none of these, cannot be read, or nothing of it can be launched
 */
export async function importDeclaration(
  source: ImportSource,
  targetDir: string,
  kind?: ImportKind,
): Promise<ImportedDeclaration> {
  const found = kind ?? (await recognizeKind(source.name, source.text));
  const draft = await convert(source, found);
  settle(draft, targetDir);
  const heading = `From ${source.name}, ${titles[found]}, by symphony import.`;
  const lost = draft.notes.filter(({ isLost }) => isLost).map(({ text }) => text);
  return { kind: found, yaml: printDraft(draft, heading), data: draft.data, lost };
}

async function convert(source: ImportSource, kind: ImportKind): Promise<Draft> {
  switch (kind) {
    case 'procfile':
      return importProcfile(source);
    case 'compose':
      return await importCompose(source);
    case 'process-compose':
      return await importProcessCompose(source);
  }
}
