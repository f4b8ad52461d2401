import type { SettingDefinition } from '../settings/setting-definition.ts';
import type { Backend } from './backend.ts';

/** Whether a backend works here; `detail` is a version and a path, or the reason and what would help. */
export interface BackendCheck {
  readonly works: boolean;
  readonly detail: string;
  /** What a person with more rights can do once so that more works, with the input of a tool for it. */
  readonly remedy?: { readonly advice: string; readonly input: string };
}

/** The GPUs that a backend hands out. */
export interface GpuList {
  readonly gpus: readonly GpuStatus[];
  /** Why there are none, or fewer than the machine has, in words. */
  readonly problem?: string;
}

/** One GPU that a backend hands out, also its form in `-o json`. Absent fields are unknown. */
export interface GpuStatus {
  /** What programs name it by: a UUID, or its index where it has none. */
  readonly id: string;
  readonly index?: number;
  readonly name?: string;
  /** In bytes. */
  readonly memory?: number;
  readonly memoryTotal?: number;
  /** How much of its time it computes, from 0 to 1. */
  readonly busy?: number;
  /** Who has it; absent if it is free. The processes use it one after the other. */
  readonly holder?: { readonly experiment: string; readonly processes: readonly string[] };
}

/**
 * Everything about a backend that is known before it is used. Every program loads the definitions of all its backends when
 * it starts, so they hold little, and load the backend itself and the schemas of its section on demand.
 */
export interface BackendDefinition {
  /** One line that lists of backends show. */
  readonly summary: string;
  /** Its section of a spec, for fields that only this backend has. */
  readonly section?: SectionDefinition;
  /** Its settings, by name; the name of a setting is unique among all backends. */
  readonly settings?: Readonly<Record<string, SettingDefinition>>;
  /** The names of the options that it takes from `Cluster.new`, which refuses others. Without it, it takes any. */
  readonly options?: readonly string[];
  /** The environment variables that it reads beside those of its settings: names, and their meaning as a sentence. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What it says about a process beyond what every backend says, in the order of display. */
  readonly facts?: readonly ProcessFact[];
  /** Finds out whether the backend works here, without loading it. Never throws. */
  check(): Promise<BackendCheck>;
  /** The GPUs that the backend hands out to processes, without loading it. Absent if it hands out none. Never throws. */
  gpus?(): Promise<GpuList>;
  /**
   * @param options what the caller of `Cluster.new` passed, whose values are not validated; and `signal`, an AbortSignal
   * @throws SymphonyError `backend-unavailable`
   */
  load(options: Readonly<Record<string, unknown>>): Promise<Backend>;
}

/** A section of a spec. The backend itself validates what a spec has there, in its `plan`. */
export interface SectionDefinition {
  /** The section's name in a spec; the backend's name unless given. */
  readonly name?: string;
  /**
   * Its fields that are paths: `build.context`. A relative one means one from the folder of the spec, and is absolute in the
   * validated spec; `~` is the home folder. What is no text there stays as it is.
   */
  readonly paths?: readonly string[];
  /** Loads the JSON Schemas of the section, which editors use to complete and check it. */
  schemas(): Promise<SectionSchemas>;
}

/** The JSON Schema of a section in each place of a spec where it has a meaning; it is empty in the other places. */
export type SectionSchemas = Readonly<Partial<Record<SpecLevel, Readonly<Record<string, unknown>>>>>;

/** The places of a spec that have sections: the experiment, a process group, a process. */
export type SpecLevel = 'experiment' | 'group' | 'process';

/** A field of a process's status that only some backends know, shown as a column of wide tables and in descriptions. */
export interface ProcessFact {
  /** The name of the field in a status and in `-o json`; the value is absent if unknown. */
  readonly name: string;
  /** The value as text, for a value that is neither a text nor a number. */
  readonly format?: (value: unknown) => string;
  /** The heading of the column: `Pid`. */
  readonly title: string;
  readonly align?: 'right';
}
