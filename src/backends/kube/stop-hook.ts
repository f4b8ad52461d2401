import type { StopSignal } from '../../engine/spec/experiment-spec.ts';
import type { Json } from './manifest.ts';

const folder = '/run/symphony';

/** Where a container finds the file with the pid of its process. */
export const stopVolume = { name: 'stop', source: { emptyDir: {} }, mount: { mountPath: folder } };

/**
 * Kubernetes ends a container with SIGTERM. A process that wants another signal is started by a shell that writes down its
 * pid and becomes the process, and a hook before the end sends the signal and waits. Both need a shell in the image.
 * @param container its name, which no other container of the pod has
 * @returns undefined if SIGTERM is wanted
 */
export function stopHook(
  signal: StopSignal,
  container: string,
  command: readonly string[],
): { readonly command: readonly string[]; readonly lifecycle: Json } | undefined {
  if (signal === 'TERM') return undefined;
  const file = `${folder}/${container}.pid`;
  const wait = 'while kill -0 "$pid" 2>/dev/null; do sleep 0.1 2>/dev/null || sleep 1; done';
  const end = `pid=$(cat "$0") && kill -${signal} "$pid" && ${wait}`;
  return {
    command: ['/bin/sh', '-c', 'echo "$$" >"$0" && exec "$@"', file, ...command],
    lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', end, file] } } },
  };
}
