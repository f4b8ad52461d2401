import { symphonyEnvironment } from '../../engine/environment.ts';
import { type AssignedService, serviceEnvironment } from '../../engine/networking.ts';
import type { ResolvedProcess } from '../../engine/spec/resolved-experiment.ts';

/** Where its secret files are mounted in a container. */
export const secretsDir = '/etc/secrets';

/** What a process that owns no service is told of all: the part that is the same everywhere, kept once. */
export function commonVariables(services: readonly AssignedService[]): Record<string, string> {
  return serviceEnvironment(services, { group: null, name: '' });
}

/** What Symphony tells one process beyond the common part. */
export function ownVariables(
  experiment: string,
  launchId: string,
  resolvedProcess: ResolvedProcess,
  services: readonly AssignedService[],
  common: Readonly<Record<string, string>>,
): Record<string, string> {
  // Only services of its own and of its group look different from here.
  const near = services.filter(
    ({ owner }) =>
      owner.group === resolvedProcess.group && (resolvedProcess.group !== null || owner.name === resolvedProcess.name),
  );
  const own = symphonyEnvironment({
    experiment,
    launchId,
    process: resolvedProcess,
    services: near,
    ...(resolvedProcess.secrets.length === 0 ? {} : { secretsDir }),
  });
  return Object.fromEntries(Object.entries(own).filter(([name, value]) => common[name] !== value));
}
