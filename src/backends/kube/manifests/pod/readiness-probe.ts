import type { V1Probe } from '@kubernetes/client-node';
import { shellCommand } from '../../../../engine/shell/command-line.ts';
import { preambleOver } from '../../../../engine/shell/preamble-progress.ts';
import type { AssignedService } from '../../../../engine/spec/resolve/networking.ts';
import type { ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import type { ToApi } from '../../api/api-types.ts';
import { literal, progressFile } from './container-command.ts';

/**
 * The failure threshold of the startup probe. At this number of failures the kubelet kills the container; it is reached
 * after 68 years.
 */
const maxFailures = 2 ** 31 - 1;

/**
 * The probe that detects when a container is ready. It is a startup probe, which runs once a second until it succeeds
 * and then stops, so that it does not keep connecting to a busy service. Readiness by a log line has no probe: clients
 * that watch the experiment look for the line.
 */
export function readinessProbe(
  { ready, shell, preamble }: Pick<ResolvedProcess, 'ready' | 'shell' | 'preamble'>,
  services: readonly AssignedService[],
): ToApi<V1Probe> | undefined {
  const often = { periodSeconds: 1, failureThreshold: maxFailures };
  if (ready.kind === 'command') {
    const command = shellCommand(shell, ready.command).map(literal);
    return { exec: { command }, timeoutSeconds: 10, ...often };
  }
  if (ready.kind === 'started' && preamble.length > 0) {
    return { exec: { command: preambleCommand(shell).map(literal) }, timeoutSeconds: 10, ...often };
  }
  if (ready.kind !== 'listening') return undefined;
  const ports = ready.services.flatMap((name) => services.find((service) => service.name === name)?.port ?? []);
  const [port] = ports;
  if (port === undefined) return undefined;
  if (ports.length === 1) return { tcpSocket: { port }, timeoutSeconds: 5, ...often };
  return { exec: { command: listeningCommand(ports) }, timeoutSeconds: 5, ...often };
}

/** Succeeds once the preamble is over. Only the shell itself is sure to be in the image. */
function preambleCommand([program = '']: readonly string[]): readonly string[] {
  const script = `read -r progress <${progressFile} && [ "$progress" = '${preambleOver}' ]`;
  return [program, '-c', script];
}

/**
 * A TCP probe covers one port. With several ports, the kernel's socket table (state 0A) shows whether each has a
 * listener.
 */
function listeningCommand(ports: readonly number[]): string[] {
  const script = `for port in "$@"; do
  grep -qi "^ *[0-9]*: [0-9a-f]*:$port [0-9a-f]*:0000 0A " /proc/net/tcp /proc/net/tcp6 2>/dev/null || exit 1
done`;
  const hexadecimal = ports.map((port) => port.toString(16).toUpperCase().padStart(4, '0'));
  return ['/bin/sh', '-c', script, 'sh', ...hexadecimal].map(literal);
}
