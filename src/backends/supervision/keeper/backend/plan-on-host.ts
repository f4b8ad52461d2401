import type { Plan, PlanNote } from '../../../../engine/contract/plan.ts';
import { refuseRules } from '../../../../engine/contract/rule-notes.ts';
import { formatProcess, sameProcess } from '../../../../engine/contract/status.ts';
import type { ResolvedExperiment, ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import { hideSecrets } from '../../../../engine/spec/resolve/secrets.ts';
import { checkGpuVariables } from '../../../kit/gpus/check-gpu-variables.ts';
import { commandLine } from '../../../kit/programs/command-line.ts';

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
      ...(resolvedProcess.alive === null ? {} : { alive: resolvedProcess.alive }),
      ...(resolvedProcess.tty ? { tty: true } : {}),
      ...(resolvedProcess.resources.gpu === undefined ? {} : { gpus: resolvedProcess.resources.gpu }),
    };
  });
  const rules = refuseRules(resolved.spec, ['endsWith', 'after', 'maxDuration'], 'is not possible on this machine yet');
  const notes = [...rules, ...notesOnce(resolved.processes), ...checkGpuVariables(resolved)];
  return { backend, experiment: resolved.name, notes, documents };
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
