/*
 * What the package promises of the engine: `symphony` exports the part that programs need, `symphony/engine` all of it, for
 * backends and tools. Modules of this repository import the files themselves.
 */

export type { CapturedResult, CaptureOptions } from './client/capture-command.ts';
export { Cluster, type Failed } from './client/cluster.ts';
export type { FilePlace, ProcessTarget, ProcessTargets } from './client/cluster-processes.ts';
export { Experiment } from './client/declaration/experiment.ts';
export { Process } from './client/declaration/process.ts';
export { ProcessGroup } from './client/declaration/process-group.ts';
export { toSpec } from './client/declaration/to-spec.ts';
export { fuzzyFilter } from './client/fuzzy-filter.ts';
export type { BackendName, OptionsOf } from './client/load-backend.ts';
export type { ExperimentOrName } from './client/names/experiment-names.ts';
export { matchNames, matchTarget, resolveName, resolveTarget, resolveTargets } from './client/names/match.ts';
export { type LaunchRecord, readRecord, type SaveRecordOptions, saveRecord } from './client/records.ts';
export { type CapabilityOwner, requireCapability } from './client/require-capability.ts';
export type { WaitOptions } from './client/wait.ts';
export type * from './contract/backend.ts';
export type * from './contract/backend-definition.ts';
export { registeredBackends } from './contract/backend-registry.ts';
export type * from './contract/capabilities.ts';
export {
  abortError,
  type ErrorCode,
  messageOf,
  SymphonyError,
  type SymphonyErrorOptions,
  throwIfAborted,
  toSymphonyError,
} from './contract/errors.ts';
export { type ClusterEvent, type EventsOptions, selectEvents } from './contract/events.ts';
export type * from './contract/extensions.ts';
export {
  type LeftOutLines,
  type LogLine,
  type LogOptions,
  type LogPiece,
  longestLineBytes,
  maximumLineBytes,
  shortenLine,
} from './contract/logs.ts';
export type { NoticeKind, NoticeTarget, NotifySettings } from './contract/notices.ts';
export { formatPlanNote, type Plan, type PlanNote } from './contract/plan.ts';
export { type RuleField, refuseRules } from './contract/rule-notes.ts';
export {
  countProcesses,
  type ExperimentState,
  type ExperimentStatus,
  formatProcess,
  isFinal,
  type ProcessCounts,
  type ProcessReference,
  type ProcessState,
  type ProcessStatus,
  type RunStatus,
  type ServiceStatus,
  type StateFacts,
  sameProcess,
  summarizeState,
} from './contract/status.ts';
export { type ExperimentSnapshot, mergeChange, type WatchEvent } from './contract/watch.ts';
export { History, type PruneOptions, type RestoreOptions } from './history/history.ts';
export type { Departure, HistoryEntry, HistoryRecord } from './history/history-entry.ts';
export { isReadyAtStart } from './rules/ready-at-start.ts';
export {
  readSetting,
  readSettings,
  type SettingName,
  type SettingReading,
  type SettingReadings,
  type SettingSource,
  type SettingValues,
  settingDefinitions,
  settingNames,
  unsetSetting,
  writeSetting,
} from './settings/config.ts';
export type * from './settings/setting-definition.ts';
export { SymphonyConfig } from './settings/symphony-config.ts';
export { type CommandToRun, commandLine } from './shell/command-line.ts';
export {
  describePreambleEnd,
  describeProgress,
  type PreambleProgress,
  parseProgress,
} from './shell/preamble-progress.ts';
export type * from './spec/experiment-spec.ts';
export { type ParseOptions, parseSpec } from './spec/parse-spec.ts';
export { compilePattern } from './spec/pattern.ts';
export { specToYaml } from './spec/print-spec.ts';
export {
  type Environment,
  launchingEnvironment,
  processEnvironment,
  type SymphonyEnvironmentInput,
  symphonyEnvironment,
} from './spec/resolve/environment.ts';
export { type AssignedService, choosePorts, serviceEnvironment } from './spec/resolve/networking.ts';
export { declaredEnvironment, type Values as EnvironmentValues } from './spec/resolve/references.ts';
export { resolveExperiment } from './spec/resolve/resolve-experiment.ts';
export type * from './spec/resolve/resolved-experiment.ts';
export {
  hideSecrets,
  resolveSecretValues,
  type SecretFile,
  type SecretValues,
  shownEnvironment,
} from './spec/resolve/secrets.ts';
export { type ReplicaChange, type ReplicaCounts, scaleSpec } from './spec/scale-spec.ts';
export { specJsonSchema } from './spec/schema/json-schema.ts';
export type * from './spec/schema/spec-input.ts';
export { type LoadOptions, loadSpec } from './spec/source/load-spec.ts';
export type { Advice } from './text/advice.ts';
export { type ExistingExperimentOptions, experimentExists, noExperiment, noProcess } from './text/common-errors.ts';
export { describeEnding, type Ending } from './text/describe-ending.ts';
export { formatAddress } from './text/format-address.ts';
export { suggestion } from './text/suggestion.ts';
