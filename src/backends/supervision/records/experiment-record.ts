import { existsSync, readFileSync } from 'node:fs';
import { toSymphonyError } from '../../../engine/contract/errors.ts';
import { writeFileAtomic } from '../../../engine/files/atomic-file.ts';
import type { ExperimentSpec } from '../../../engine/spec/experiment-spec.ts';
import type { AssignedService } from '../../../engine/spec/resolve/networking.ts';
import { resolveExperiment } from '../../../engine/spec/resolve/resolve-experiment.ts';
import type { ResolvedExperiment } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { Gpu } from '../../kit/gpus/gpu.ts';
import type { ExperimentFolder } from './experiment-folder.ts';

const schema = 1;

/** Written when an experiment is launched, and when it is scaled. It contains no secret values. */
export interface ExperimentRecord {
  readonly schema: typeof schema;
  readonly backend: string;
  readonly name: string;
  readonly launchId: string;
  readonly machine: string;
  readonly boot: string;
  readonly host: string;
  readonly createdAt: string;
  readonly spec: ExperimentSpec;
  readonly services: readonly AssignedService[];
  /** The GPUs that its processes may get, in the order of preference; absent if none of them wants one. */
  readonly gpus?: readonly Gpu[];
  /** A change of the numbers of replicas that is under way; after a crash the next supervisor finishes it. */
  readonly scaling?: Scaling;
  /** PATH of the launching shell, used by the preflight check of commands. */
  readonly searchPath: string;
  /** Further facts that its backend needs. */
  readonly options?: Readonly<Record<string, string>>;
}

/** What a record has once a change of the numbers of replicas is done. */
export type Scaling = Pick<ExperimentRecord, 'spec' | 'services'>;

/** The part of a record that a backend needs to remove what it created for a launch. */
export type LaunchTraces = Pick<ExperimentRecord, 'launchId' | 'searchPath' | 'options'>;

/** A usable record, or why it cannot be used, in words. */
export type RecordReading =
  | { readonly record: ExperimentRecord; readonly resolved: ResolvedExperiment }
  | { readonly problem: string };

export async function writeRecord(folder: ExperimentFolder, record: ExperimentRecord): Promise<void> {
  const text = JSON.stringify(record);
  await writeFileAtomic(folder.record, text);
  await writeFileAtomic(folder.recordCopy, text);
}

/**
 * Reads the record, or its copy if the record is damaged.
 * @returns undefined if the folder has neither
 */
export function readRecord(
  folder: ExperimentFolder,
  expected: { readonly backend: string; readonly name: string },
): RecordReading | undefined {
  const paths = [folder.record, folder.recordCopy].filter((path) => existsSync(path));
  const readings = paths.map((path) => parseRecord(path, expected));
  return readings.find((reading) => 'record' in reading) ?? readings[0];
}

function parseRecord(path: string, expected: { readonly backend: string; readonly name: string }): RecordReading {
  const record = readFields(path);
  if (record === undefined) return { problem: 'its record is damaged' };
  if (typeof record.schema === 'number' && record.schema > schema) {
    return {
      problem: `its record was written by a newer version of Symphony (version ${record.schema} of the record)`,
    };
  }
  const { launchId, name, backend, spec, services } = record;
  if (record.schema !== schema || typeof launchId !== 'string' || !Array.isArray(services))
    return { problem: 'its record is damaged' };
  if (name !== expected.name) return { problem: `its record is that of experiment ${JSON.stringify(name)}` };
  if (backend !== expected.backend) return { problem: `its record names the backend ${JSON.stringify(backend)}` };
  try {
    return { record: record as ExperimentRecord, resolved: resolveExperiment(spec as ExperimentSpec) };
  } catch (error) {
    return { problem: `the spec in its record cannot be used (${toSymphonyError(error).message})` };
  }
}

/** Recovers what is readable of a launch whose record cannot be used, so that it can still be ended. */
export function readTraces(folder: ExperimentFolder): Partial<LaunchTraces> {
  for (const path of [folder.record, folder.recordCopy]) {
    const { launchId, searchPath, options } = readFields(path) ?? {};
    if (typeof launchId !== 'string') continue;
    return {
      launchId,
      ...(typeof searchPath === 'string' ? { searchPath } : {}),
      ...(isStringRecord(options) ? { options } : {}),
    };
  }
  return {};
}

/** What is readable of a record that cannot be used, for the history. The spec is not checked. */
export function readRemains(
  folder: ExperimentFolder,
): Partial<Pick<ExperimentRecord, 'launchId' | 'createdAt' | 'spec'>> {
  for (const path of [folder.record, folder.recordCopy]) {
    const { launchId, createdAt, spec } = readFields(path) ?? {};
    if (typeof launchId !== 'string') continue;
    const isTime = typeof createdAt === 'string' && !Number.isNaN(Date.parse(createdAt));
    return {
      launchId,
      ...(isTime ? { createdAt } : {}),
      ...(typeof spec === 'object' && spec !== null ? { spec: spec as ExperimentSpec } : {}),
    };
  }
  return {};
}

function readFields(path: string): Partial<Record<keyof ExperimentRecord, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function isStringRecord(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
}

export function resolveRecord(record: ExperimentRecord): ResolvedExperiment {
  return resolveExperiment(record.spec);
}
