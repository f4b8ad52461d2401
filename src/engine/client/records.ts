import { lstat, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SymphonyError } from '../contract/errors.ts';
import { expandHome } from '../files/paths.ts';
import type { ExperimentSpec } from '../spec/experiment-spec.ts';
import { specToYaml } from '../spec/print-spec.ts';
import { readSpecFile } from '../spec/source/load-spec.ts';
import { advise } from '../text/advice.ts';

/** What the record of a launch contains besides the spec. */
export interface LaunchRecord {
  readonly backend: string;
  /** ISO 8601 in UTC. */
  readonly launchedAt: string;
  /** The version of Symphony. */
  readonly version: string;
}

export interface SaveRecordOptions extends LaunchRecord {
  /** Save it although there is a record of that name, which is kept beside it. */
  readonly force?: boolean;
  /** What the backend makes of the spec, as a plan says it: manifests, for example. */
  readonly documents?: readonly unknown[];
}

/** A record that is written under a temporary name. */
export interface PreparedRecord {
  /**
   * Moves the record to `<folder>/<name>` and returns that path. An older record of that name, also one that was saved
   * meanwhile, is moved to `<name>.1`, `<name>.2`, …
   */
  commit(): Promise<string>;
  discard(): Promise<void>;
}

/**
 * Writes the record of a launch before the launch: `spec.yaml`, with `launch.json` and `plan.yaml` beside it. An unwritable
 * folder and an older record prevent the launch, and a launch that fails changes no record.
 * @throws SymphonyError `conflict` if there is a record of that name and `force` is not set, `failed` if the folder cannot be
 *   written to
 */
export async function prepareRecord(
  folder: string,
  spec: ExperimentSpec,
  { backend, launchedAt, version, force = false, documents = [] }: SaveRecordOptions,
): Promise<PreparedRecord> {
  const target = join(expandHome(folder), spec.name);
  if (!force && (await exists(target))) throw recordExists(spec.name, target);
  const temporary = await telling(spec.name, async () => {
    await mkdir(dirname(target), { recursive: true });
    return mkdtemp(join(dirname(target), `.${spec.name}-`));
  });
  const discard = () => rm(temporary, { recursive: true, force: true });
  const orDiscard = <Result>(action: () => Promise<Result>) =>
    telling(spec.name, action).catch(async (error) => {
      await discard();
      throw error;
    });
  await orDiscard(async () => {
    await writeFile(join(temporary, 'spec.yaml'), await specToYaml(spec), { mode: 0o600 });
    if (documents.length > 0) {
      const { formatYaml } = await import('../text/format-yaml.ts');
      const plan = documents.map(formatYaml).join('---\n');
      await writeFile(join(temporary, 'plan.yaml'), plan, { mode: 0o600 });
    }
    const launch: LaunchRecord = { backend, launchedAt, version };
    await writeFile(join(temporary, 'launch.json'), `${JSON.stringify(launch, null, 2)}\n`, { mode: 0o600 });
  });
  return {
    discard,
    commit: () =>
      orDiscard(async () => {
        await putInPlace(temporary, target);
        return target;
      }),
  };
}

/** Writes a record and moves it into place. @throws SymphonyError as `prepareRecord` */
export async function saveRecord(folder: string, spec: ExperimentSpec, options: SaveRecordOptions): Promise<string> {
  return (await prepareRecord(folder, spec, options)).commit();
}

function recordExists(name: string, path: string): SymphonyError {
  return new SymphonyError('conflict', `There is a record of an earlier launch of ${name}: ${path}.`, {
    hint: advise(
      (say) =>
        `Launch it with ${say.option('force')}, which keeps that record beside the new one and replaces ${name} if it still exists; or launch under another ${say.either('--name', 'name')}.`,
    ),
  });
}

async function telling<Result>(name: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw new SymphonyError('failed', `The record of ${name} cannot be saved: ${(error as Error).message}.`, {
      hint: 'Make the folder writable, or set another experimentFolder.',
      cause: error,
    });
  }
}

/** @throws SymphonyError `not-found` if there is no record of that name, `invalid-spec` if it is broken */
export async function readRecord(
  folder: string,
  name: string,
): Promise<{ readonly spec: ExperimentSpec; readonly launch: LaunchRecord }> {
  const record = join(expandHome(folder), name);
  if (!(await exists(record))) throw new SymphonyError('not-found', `There is no record ${record}.`);
  const spec = await readSpecFile(join(record, 'spec.yaml'));
  try {
    return { spec, launch: JSON.parse(await readFile(join(record, 'launch.json'), 'utf8')) as LaunchRecord };
  } catch (error) {
    throw new SymphonyError('invalid-spec', `The record ${record} is broken: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

/** Renames the finished record to its name, again if a concurrent writer took the name meanwhile. */
async function putInPlace(temporary: string, target: string): Promise<void> {
  for (;;) {
    try {
      await rename(temporary, target);
      return;
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
    await moveAside(target);
  }
}

async function moveAside(target: string): Promise<void> {
  for (let number = 1; ; number++) {
    const aside = join(dirname(target), `${basename(target)}.${number}`);
    if (await exists(aside)) continue;
    try {
      await rename(target, aside);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      if (!isTaken(error)) throw error;
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function isTaken(error: unknown): boolean {
  return ['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}
