import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SymphonyError } from '../../../../engine/contract/errors.ts';
import { processKey } from '../../../../engine/contract/process-key.ts';
import { formatProcess } from '../../../../engine/contract/status.ts';
import { writeFileAtomic } from '../../../../engine/files/atomic-file.ts';
import { symphonyEnvironment } from '../../../../engine/spec/resolve/environment.ts';
import { declaredEnvironment } from '../../../../engine/spec/resolve/references.ts';
import type { ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import { type Gpu, gpuEnvironment, wantsGpus } from '../../../kit/gpus/gpu.ts';
import { environmentFileText, exportLines, launchFileText } from '../../../kit/programs/launch-file.ts';
import type { ExperimentRecord } from '../../records/experiment-record.ts';
import type { LaunchingShell } from '../../runs/launching-shell.ts';
import type { PreparedLaunch } from '../../runs/runner.ts';
import type { KeeperFiles } from './keeper-files.ts';
import { requireShell } from './require-shell.ts';
import { searchPathOf } from './search-path.ts';

/** Creates the folders that keepers use, accessible to their owner only. */
export async function makeFolders(files: KeeperFiles): Promise<void> {
  for (const path of [files.runs, files.launchFiles, files.logs]) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  }
}

/**
 * Refuses shells that this machine does not have, and secret files that cannot be read.
 * @throws SymphonyError `invalid-spec` with the place
 */
export function checkLaunch({ record, resolved }: PreparedLaunch): void {
  for (const resolvedProcess of resolved.processes) {
    requireShell(resolvedProcess, searchPathOf(record, resolvedProcess));
    for (const [index, path] of resolvedProcess.secrets.entries()) {
      try {
        if (statSync(path).isDirectory()) throw new Error('it is a folder');
        accessSync(path, constants.R_OK);
      } catch (error) {
        throw unreadable(resolvedProcess, index, error);
      }
    }
  }
}

/** Writes the files from which the runs of an experiment are started. */
export async function writeLaunchFiles(files: KeeperFiles, { record, resolved, shell }: PreparedLaunch): Promise<void> {
  const { text, unexportable } = environmentFileText(shell.environment, shell.umask);
  await writeFile(files.environmentFile, text, { mode: 0o600 });
  await writeFile(files.shellFile, JSON.stringify(shell), { mode: 0o600 });
  for (const resolvedProcess of resolved.processes) {
    requireShell(resolvedProcess, searchPathOf(record, resolvedProcess));
    // Atomic, because another run may be started at any time.
    await writeFileAtomic(
      files.launchFile(processKey(resolvedProcess)),
      await launchText(files, record, resolvedProcess, { ...shell, unexportable }),
    );
  }
}

async function launchText(
  files: KeeperFiles,
  record: ExperimentRecord,
  resolvedProcess: ResolvedProcess,
  shell: LaunchingShell & { readonly unexportable: Readonly<Record<string, string>> },
): Promise<string> {
  const needsGpus = record.gpus !== undefined && wantsGpus(resolvedProcess);
  return launchFileText({
    environmentFile: files.environmentFile,
    env: await processEnvironment(files, record, resolvedProcess, shell),
    ...(needsGpus ? { runEnvironmentFile: files.gpuFile(processKey(resolvedProcess)) } : {}),
    unexportable: shell.unexportable,
    startDir: resolvedProcess.startDir,
    progressFile: files.preambleProgress(processKey(resolvedProcess)),
    shell: resolvedProcess.shell,
    preamble: resolvedProcess.preamble,
    command: resolvedProcess.command,
    terminal: resolvedProcess.tty,
  });
}

async function processEnvironment(
  files: KeeperFiles,
  record: ExperimentRecord,
  resolvedProcess: ResolvedProcess,
  shell: LaunchingShell,
): Promise<Record<string, string>> {
  const secretsDir =
    resolvedProcess.secrets.length > 0
      ? await copySecrets(files.secrets(processKey(resolvedProcess)), resolvedProcess)
      : undefined;
  const symphony = symphonyEnvironment({
    experiment: record.name,
    launchId: record.launchId,
    process: resolvedProcess,
    services: record.services,
    ...(secretsDir === undefined ? {} : { secretsDir }),
  });
  const secretValues = shell.secretValues[formatProcess(resolvedProcess)] ?? {};
  const own = declaredEnvironment(resolvedProcess.env, symphony, secretValues);
  // PYTHONUNBUFFERED is only a default, and the launching shell may have set it.
  if (Object.hasOwn(shell.environment, 'PYTHONUNBUFFERED')) delete symphony.PYTHONUNBUFFERED;
  return { ...own, ...symphony, ...(resolvedProcess.resources.gpu === 0 ? gpuEnvironment([]) : {}) };
}

/** Writes the variables that name the GPUs of the next run of a process. */
export async function writeGpuFile(files: KeeperFiles, key: string, gpus: readonly Gpu[]): Promise<void> {
  await writeFile(files.gpuFile(key), exportLines(gpuEnvironment(gpus)), { mode: 0o600 });
}

async function copySecrets(target: string, resolvedProcess: ResolvedProcess): Promise<string> {
  await mkdir(target, { recursive: true, mode: 0o700 });
  for (const [index, path] of resolvedProcess.secrets.entries()) {
    try {
      const copy = join(target, basename(path));
      if (existsSync(copy)) continue;
      await copyFile(path, copy);
      await chmod(copy, 0o600);
    } catch (error) {
      throw unreadable(resolvedProcess, index, error);
    }
  }
  return target;
}

/** The error for a secret file. */
function unreadable({ path: place, secrets }: ResolvedProcess, index: number, error: unknown): SymphonyError {
  const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
  return new SymphonyError('invalid-spec', `${place}.secrets[${index}]: ${secrets[index]}: ${why}.`, { cause: error });
}
