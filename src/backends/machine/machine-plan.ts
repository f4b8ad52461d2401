import type { Plan, PlanNote } from '../../engine/plan.ts';
import { hideSecrets } from '../../engine/secrets.ts';
import type { ExperimentSpec } from '../../engine/spec/experiment-spec.ts';
import { resolveExperiment } from '../../engine/spec/resolve-experiment.ts';
import type { ResolvedProcess } from '../../engine/spec/resolved-experiment.ts';
import { formatProcess, sameProcess } from '../../engine/status.ts';
import { commandLine } from './launch-file.ts';

/** What a launch on this machine would start: the same for every backend that runs processes here. */
export function planOnMachine(backend: string, spec: ExperimentSpec): Plan {
  const resolved = resolveExperiment(spec);
  const documents = resolved.processes.map((process) => {
    const own = resolved.services.filter(({ owner }) => sameProcess(owner, process));
    return {
      process: formatProcess(process),
      argv: commandLine(process.preamble, process.command),
      startDir: process.startDir,
      env: hideSecrets(process.env),
      ...(process.secrets.length > 0 ? { secrets: process.secrets } : {}),
      ports: Object.fromEntries(own.map(({ name, wantedPort }) => [name, wantedPort ?? 'auto'])),
      connect: process.connect,
      restart: process.restart,
      ...(process.tty ? { tty: true } : {}),
    };
  });
  return { backend, experiment: resolved.name, notes: notesOnce(resolved.processes), documents };
}

/** One note for a declaration, however many replicas it has. */
function notesOnce(processes: readonly ResolvedProcess[]): PlanNote[] {
  const notes = new Map<string, PlanNote>();
  for (const process of processes) {
    for (const field of ['cpu', 'memory', 'gpu'] as const) {
      if (process.resources[field] === undefined) continue;
      const path = `${process.path}.resources.${field}`;
      notes.set(path, {
        verdict: 'not-enforced',
        path,
        message: 'not enforced on this machine: processes share what there is',
      });
    }
  }
  return [...notes.values()];
}
