import { parse } from 'yaml';
import '../../../src/backends/index.ts';
import { planOnDocker } from '../../../src/backends/docker/section/docker-plan.ts';
import { planOnHost } from '../../../src/backends/supervision/keeper/backend/plan-on-host.ts';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../src/engine/spec/resolve/resolve-experiment.ts';
import { type ImportedDeclaration, importDeclaration } from '../../../src/import/import-declaration.ts';
import type { ImportKind, ImportSource } from '../../../src/import/source.ts';

export interface Surroundings {
  /** Other files of the folder, by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly fromTarget?: string;
  readonly name?: string;
}

export interface Imported extends ImportedDeclaration {
  /** The data that its text means. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into the declaration.
  readonly spec: any;
}

/** Imports a text as a file of the folder `/work/shop`. */
export async function importText(kind: ImportKind, text: string, around: Surroundings = {}): Promise<Imported> {
  const source: ImportSource = {
    name: around.name ?? kind,
    text,
    folder: '/work/shop',
    fromTarget: around.fromTarget ?? '',
    variables: around.variables ?? {},
    readFile: (path) => around.files?.[path],
  };
  const imported = await importDeclaration(source, '/work/shop', kind);
  return { ...imported, spec: parse(imported.yaml) };
}

/** What the plans of a declaration refuse; those of Docker only where it has images. */
export function refusals({ spec }: Imported): readonly string[] {
  const resolved = resolveExperiment(parseSpec(spec, { baseDir: '/work/shop' }));
  const plans = [planOnHost('local', resolved), ...(spec.docker === undefined ? [] : [planOnDocker(resolved)])];
  const notes = plans.flatMap((plan) => plan.notes.filter(({ verdict }) => verdict === 'refused'));
  return notes.map(({ path, message }) => `${path} ${message}`);
}
