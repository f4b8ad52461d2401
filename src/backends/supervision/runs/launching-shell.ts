import { formatProcess } from '../../../engine/contract/status.ts';
import type { ResolvedExperiment, ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';

/** Data from the launching shell. A runner stores it only where its owner alone can read it, and in no record. */
export interface LaunchingShell {
  readonly environment: Readonly<Record<string, string>>;
  readonly umask: number;
  /** Values of secret variables, by process as `formatProcess` writes it, then by variable name. */
  readonly secretValues: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A new replica has the secret values that its siblings got at launch: they are declared once for all. */
export function withSiblingSecrets(shell: LaunchingShell, { processes }: ResolvedExperiment): LaunchingShell {
  const byPath = new Map<string, Readonly<Record<string, string>>>();
  const ownOf = (resolved: ResolvedProcess) => shell.secretValues[formatProcess(resolved)];
  for (const resolved of processes) {
    const own = ownOf(resolved);
    if (own !== undefined) byPath.set(resolved.path, own);
  }
  const secretValues = processes.map((resolved) => [
    formatProcess(resolved),
    ownOf(resolved) ?? byPath.get(resolved.path) ?? {},
  ]);
  return { ...shell, secretValues: Object.fromEntries(secretValues) };
}
