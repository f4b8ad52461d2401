import {
  commandLine,
  formatProcess,
  hideSecrets,
  type Plan,
  type PlanNote,
  type ResolvedExperiment,
  type ResolvedProcess,
  refuseRules,
  sameProcess,
} from '@symphony-run/symphony/engine';
import { checkSections } from './plain-section.ts';

/** What a launch would start, and what this backend cannot give. */
export function planLaunch(experiment: ResolvedExperiment): Plan {
  const notes = new Map<string, PlanNote>();
  const note = (verdict: PlanNote['verdict'], path: string, message: string) =>
    notes.set(path, { verdict, path, message });
  if (experiment.onFailure === 'stop')
    note('refused', 'onFailure', 'the plain backend does not end other processes when one fails');
  for (const resolved of experiment.processes) {
    const { path, restart, tty, resources } = resolved;
    if (restart !== 'never') note('refused', `${path}.restart`, 'the plain backend starts a process only once');
    if (tty) note('refused', `${path}.tty`, 'the plain backend has no terminals');
    for (const field of Object.keys(resources))
      note('not-enforced', `${path}.resources.${field}`, 'not enforced: processes share the resources of this machine');
  }
  const rules = refuseRules(
    experiment.spec,
    ['endsWith', 'after', 'maxDuration', 'alive'],
    'the plain backend starts everything at once, and stops nothing by itself',
  );
  return {
    backend: 'plain',
    experiment: experiment.name,
    notes: [...notes.values(), ...rules, ...checkSections(experiment)],
    documents: experiment.processes.map((resolved) => ({
      process: formatProcess(resolved),
      argv: joinedCommandLine(resolved),
      startDir: resolved.startDir,
      env: hideSecrets(resolved.env),
      ports: Object.fromEntries(
        experiment.services
          .filter(({ owner }) => sameProcess(owner, resolved))
          .map(({ name, wantedPort }) => [name, wantedPort ?? 'auto']),
      ),
    })),
  };
}

/**
 * A shell that joins both outputs into one, so that lines keep their order, and runs the preamble and the command.
 * @param progressFile where the preamble writes down how far it is
 */
export function joinedCommandLine(resolved: ResolvedProcess, progressFile?: string): readonly string[] {
  return ['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', ...commandLine(resolved, progressFile)];
}
