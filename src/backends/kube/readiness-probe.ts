import type { AssignedService } from '../../engine/networking.ts';
import type { ResolvedReadiness } from '../../engine/spec/resolved-experiment.ts';
import { commandLine } from '../machine/launch-file.ts';
import { literal } from './expansion.ts';
import type { Json } from './manifest.ts';

/** A startup probe that fails so often has its container killed; that is after 68 years. */
const maxFailures = 2 ** 31 - 1;

/**
 * The probe that finds out when a container is ready. It is a startup probe: it is asked until it succeeds, once a second,
 * and then no more, so that nobody connects to a busy service for ever. A line of the log is looked for by whoever watches
 * the experiment: no probe can see a log.
 */
export function readinessProbe(ready: ResolvedReadiness, services: readonly AssignedService[]): Json | undefined {
  const often = { periodSeconds: 1, failureThreshold: maxFailures };
  if (ready.kind === 'command') {
    const command = commandLine([], ready.command).map(literal);
    return { exec: { command }, timeoutSeconds: 10, ...often };
  }
  if (ready.kind !== 'listening') return undefined;
  const ports = ready.services.flatMap((name) => services.find((service) => service.name === name)?.port ?? []);
  const [port] = ports;
  if (port === undefined) return undefined;
  if (ports.length === 1) return { tcpSocket: { port }, timeoutSeconds: 5, ...often };
  return { exec: { command: listeningCommand(ports) }, timeoutSeconds: 5, ...often };
}

/** A probe looks at one port; whether all of several have a listener stands in the kernel's table (state 0A). */
function listeningCommand(ports: readonly number[]): string[] {
  const script = `for port in "$@"; do
  grep -qi "^ *[0-9]*: [0-9a-f]*:$port [0-9a-f]*:0000 0A " /proc/net/tcp /proc/net/tcp6 2>/dev/null || exit 1
done`;
  const hexadecimal = ports.map((port) => port.toString(16).toUpperCase().padStart(4, '0'));
  return ['/bin/sh', '-c', script, 'sh', ...hexadecimal].map(literal);
}
