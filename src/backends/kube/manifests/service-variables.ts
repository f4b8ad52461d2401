import { symphonyEnvironment } from '../../../engine/spec/resolve/environment.ts';
import { type AssignedService, serviceEnvironment } from '../../../engine/spec/resolve/networking.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { secretsDir } from '../../kit/files/secret-mounts.ts';

/** The service variables of a process that owns no service. Every container includes them from one ConfigMap. */
export function commonVariables(services: readonly AssignedService[]): Record<string, string> {
  return serviceEnvironment(services, { group: null, name: '' });
}

/** All variables that Symphony itself sets for a process. */
export function processVariables(
  experiment: string,
  launchId: string,
  resolvedProcess: ResolvedProcess,
  services: readonly AssignedService[],
): Record<string, string> {
  const secrets = resolvedProcess.secrets.length === 0 ? {} : { secretsDir };
  return symphonyEnvironment({ experiment, launchId, process: resolvedProcess, services, ...secrets });
}

/** The variables of one process that differ from the common ones. */
export function ownVariables(
  experiment: string,
  launchId: string,
  resolvedProcess: ResolvedProcess,
  services: readonly AssignedService[],
  common: Readonly<Record<string, string>>,
): Record<string, string> {
  // Only services of the process itself and of its group have other addresses inside the pod.
  const near = services.filter(
    ({ owner }) =>
      owner.group === resolvedProcess.group && (resolvedProcess.group !== null || owner.name === resolvedProcess.name),
  );
  const own = processVariables(experiment, launchId, resolvedProcess, near);
  return Object.fromEntries(Object.entries(own).filter(([name, value]) => common[name] !== value));
}
