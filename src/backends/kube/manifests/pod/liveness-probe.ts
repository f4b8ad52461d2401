import type { V1Probe } from '@kubernetes/client-node';
import { shellCommand } from '../../../../engine/shell/command-line.ts';
import type { AssignedService } from '../../../../engine/spec/resolve/networking.ts';
import type { ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import type { ToApi } from '../../api/api-types.ts';
import { literal } from './container-command.ts';

/** Seconds from one check to the next: the kubelet counts whole ones. */
export function probePeriod(every: number): number {
  return Math.max(1, Math.round(every));
}

/**
 * The probe by which the kubelet ends a container that hangs. It begins once the startup probe has succeeded, when the
 * process is ready. Silence has no probe: no container can read its own log.
 */
export function livenessProbe(
  { alive, shell }: Pick<ResolvedProcess, 'alive' | 'shell'>,
  services: readonly AssignedService[],
): ToApi<V1Probe> | undefined {
  if (alive === null || alive.kind === 'silence') return undefined;
  const rhythm = { periodSeconds: probePeriod(alive.every), failureThreshold: alive.failures };
  if (alive.kind === 'command') {
    const command = shellCommand(shell, alive.command).map(literal);
    return { exec: { command }, timeoutSeconds: 10, ...rhythm };
  }
  const port = services.find(({ name }) => name === alive.service)?.port;
  return port === undefined ? undefined : { tcpSocket: { port }, timeoutSeconds: 5, ...rhythm };
}
