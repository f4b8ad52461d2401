import type { Plan, PlanNote } from '../../../../engine/contract/plan.ts';
import { parseProcessKey } from '../../../../engine/contract/process-key.ts';
import { formatProcess, sameProcess } from '../../../../engine/contract/status.ts';
import { commandLine } from '../../../../engine/shell/command-line.ts';
import type { ResolvedExperiment, ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import { hideSecrets } from '../../../../engine/spec/resolve/secrets.ts';
import { listNames } from '../../../../engine/text/suggestion.ts';
import { checkGpuVariables } from '../../../kit/gpus/check-gpu-variables.ts';

/** Plans a launch on this machine; the same for every backend that runs processes here. */
export function planOnHost(backend: string, resolved: ResolvedExperiment): Plan {
  const documents = resolved.processes.map((resolvedProcess) => {
    const own = resolved.services.filter(({ owner }) => sameProcess(owner, resolvedProcess));
    return {
      process: formatProcess(resolvedProcess),
      argv: commandLine(resolvedProcess),
      startDir: resolvedProcess.startDir,
      env: hideSecrets(resolvedProcess.env),
      ...(resolvedProcess.secrets.length > 0 ? { secrets: resolvedProcess.secrets } : {}),
      ports: Object.fromEntries(own.map(({ name, wantedPort }) => [name, wantedPort ?? 'auto'])),
      connect: resolvedProcess.connect,
      restart: resolvedProcess.restart,
      ...(resolvedProcess.after.length === 0 ? {} : { after: conditions(resolvedProcess) }),
      ...(resolvedProcess.maxDuration === null ? {} : { maxDuration: resolvedProcess.maxDuration }),
      ...(resolvedProcess.alive === null ? {} : { alive: resolvedProcess.alive }),
      ...(resolvedProcess.tty ? { tty: true } : {}),
      ...(resolvedProcess.resources.gpu === undefined ? {} : { gpus: resolvedProcess.resources.gpu }),
    };
  });
  const notes = [...notesOnce(resolved.processes), ...checkGpuVariables(resolved)];
  return { backend, experiment: resolved.name, notes, documents };
}

/** The start conditions on one line, as there may be thousands. */
function conditions({ after }: ResolvedProcess): string {
  return listNames(after.map(({ key, condition }) => `${formatProcess(parseProcessKey(key))} ${condition}`));
}

/** Creates one note for each declaration, independent of its number of replicas. */
function notesOnce(processes: readonly ResolvedProcess[]): PlanNote[] {
  const notes = new Map<string, PlanNote>();
  for (const resolvedProcess of processes) {
    for (const field of ['cpu', 'memory'] as const) {
      if (resolvedProcess.resources[field] === undefined) continue;
      const path = `${resolvedProcess.path}.resources.${field}`;
      notes.set(path, {
        verdict: 'not-enforced',
        path,
        message: 'not enforced on this machine: processes share its resources',
      });
    }
  }
  return [...notes.values()];
}
