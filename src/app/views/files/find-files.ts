import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { toSymphonyError } from '../../../engine/contract/errors.ts';
import type { ExperimentSpec } from '../../../engine/spec/experiment-spec.ts';
import { resolveExperiment } from '../../../engine/spec/resolve/resolve-experiment.ts';
import type { ExperimentFile } from './files-view.ts';

const maxDepth = 3;
const maxFiles = 200;
const maxFileBytes = 1024 * 1024;
const skipped = new Set(['node_modules', 'dist', 'build', 'venv', '__pycache__', 'target']);

/** Finds and summarizes the files in and below a folder that declare an experiment, nearest to the folder first. */
export async function findExperimentFiles(
  folder: string,
  loadSpec: (path: string) => Promise<ExperimentSpec>,
  signal: AbortSignal,
): Promise<ExperimentFile[]> {
  const found: ExperimentFile[] = [];
  for await (const path of specPaths(folder, 0)) {
    if (signal.aborted || found.length >= maxFiles) break;
    found.push(await describeFile(path, relative(folder, path), loadSpec));
  }
  return found;
}

async function* specPaths(folder: string, depth: number): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  entries.sort((a, b) => a.name.localeCompare(b.name));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isFile() && /\.(ya?ml|json)$/.test(entry.name) && (await declaresExperiment(path))) yield path;
  }
  if (depth >= maxDepth) return;
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name.startsWith('.') || skipped.has(entry.name)) continue;
    yield* specPaths(join(folder, entry.name), depth + 1);
  }
}

/** A quick check of the text: a field of YAML at the beginning of a line, or a key of JSON. */
async function declaresExperiment(path: string): Promise<boolean> {
  const size = await stat(path).then(
    ({ size }) => size,
    () => Number.POSITIVE_INFINITY,
  );
  if (size > maxFileBytes) return false;
  const text = await readFile(path, 'utf8').catch(() => '');
  const has = (field: string) => new RegExp(`^(\\s*[{,]?\\s*"${field}"|${field})\\s*:`, 'm').test(text);
  return has('name') && (has('processes') || has('groups'));
}

/** Summarizes an experiment file. Never throws. @param shown the path to display */
export async function describeFile(
  path: string,
  shown: string,
  loadSpec: (path: string) => Promise<ExperimentSpec>,
): Promise<ExperimentFile> {
  try {
    const spec = await loadSpec(path);
    const { processes } = resolveExperiment(spec);
    const summary = processes.length === 1 ? '1 process' : `${processes.length} processes`;
    return { path: shown, name: spec.name, summary, broken: false };
  } catch (error) {
    // The first line only names the file.
    const [first = '', ...problems] = toSymphonyError(error).message.split('\n');
    const summary = problems.length > 0 ? problems.map((problem) => problem.trim()).join('; ') : first;
    return { path: shown, name: '', summary: `✗ ${summary}`, broken: true };
  }
}
