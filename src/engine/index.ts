export { type AtomicWriteOptions, writeFileAtomic } from './atomic-file.ts';
export type * from './backend.ts';
export {
  type BackendCheck,
  type BackendLoader,
  registerBackend,
  registeredBackends,
} from './backend-registry.ts';
export type * from './capabilities.ts';
export * from './cluster.ts';
export {
  environmentName,
  overrideSetting,
  parseSettingText,
  readSetting,
  readSettings,
  type SettingName,
  type SettingReading,
  type SettingReadings,
  type SettingSource,
  type SettingValues,
  settingNames,
  settings,
  unsetSetting,
  writeSetting,
} from './config.ts';
export { launchingEnvironment, processEnvironment, symphonyEnvironment } from './environment.ts';
export * from './errors.ts';
export { Experiment, newExperiment, Process, ProcessGroup, toSpec } from './experiment.ts';
export { type FileLockOptions, withFileLock } from './file-lock.ts';
export { fuzzyFilter } from './fuzzy-filter.ts';
export * from './logs.ts';
export { closestNames, matchNames, matchTarget, resolveName, resolveTarget, resolveTargets } from './match.ts';
export { type AssignedService, choosePorts, formatAddress, serviceEnvironment } from './networking.ts';
export { expandHome, type SymphonyPaths, symphonyPaths } from './paths.ts';
export type * from './plan.ts';
export { type LaunchRecord, readRecord, type SaveRecordOptions, saveRecord } from './records.ts';
export { hiddenSecret, hideSecrets, resolveSecretValues, type SecretFile, type SecretValues } from './secrets.ts';
export * from './spec/experiment-spec.ts';
export { type LoadOptions, loadSpec } from './spec/load-spec.ts';
export { parseSpec } from './spec/parse-spec.ts';
export { specToYaml } from './spec/print-spec.ts';
export { resolveExperiment } from './spec/resolve-experiment.ts';
export type * from './spec/resolved-experiment.ts';
export type * from './spec/spec-input.ts';
export * from './status.ts';
export { SymphonyConfig } from './symphony-config.ts';
export { type WaitOptions, waitForExperiment } from './wait.ts';
export * from './watch.ts';
