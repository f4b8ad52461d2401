import { readFileSync } from 'node:fs';
import { writeFileAtomic } from '../../engine/atomic-file.ts';
import type { AssignedService } from '../../engine/networking.ts';
import type { ExperimentSpec } from '../../engine/spec/experiment-spec.ts';
import { resolveExperiment } from '../../engine/spec/resolve-experiment.ts';
import type { ResolvedExperiment } from '../../engine/spec/resolved-experiment.ts';
import type { ExperimentFolder } from './experiment-folder.ts';

/** What is written once, when an experiment is launched. Secret values are not in it. */
export interface ExperimentRecord {
  readonly schema: 1;
  readonly backend: string;
  readonly name: string;
  readonly launchId: string;
  readonly machine: string;
  readonly boot: string;
  readonly host: string;
  readonly createdAt: string;
  readonly spec: ExperimentSpec;
  readonly services: readonly AssignedService[];
  /** PATH of the shell that launched it, for telling in advance that a command is not there. */
  readonly searchPath: string;
  /** What its backend has to know of it beyond that. */
  readonly options?: Readonly<Record<string, string>>;
}

export async function writeRecord(folder: ExperimentFolder, record: ExperimentRecord): Promise<void> {
  const text = JSON.stringify(record);
  await writeFileAtomic(folder.record, text);
  await writeFileAtomic(folder.recordCopy, text);
}

/** The record, or its copy if it is damaged; undefined if both are. */
export function readRecord(folder: ExperimentFolder): ExperimentRecord | undefined {
  return parseRecord(folder.record) ?? parseRecord(folder.recordCopy);
}

function parseRecord(path: string): ExperimentRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8')) as ExperimentRecord;
    return record.schema === 1 && typeof record.launchId === 'string' ? record : undefined;
  } catch {
    return undefined;
  }
}

export function resolveRecord(record: ExperimentRecord): ResolvedExperiment {
  return resolveExperiment(record.spec);
}
