import type { V1Lifecycle } from '@kubernetes/client-node';
import type { StopSignal } from '../../../../engine/spec/experiment-spec.ts';
import type { ToApi } from '../../api/api-types.ts';

const folder = '/run/symphony';

/** The volume with the file that contains the process's pid. */
export const stopVolume = { name: 'stop', source: { emptyDir: {} }, mount: { mountPath: folder } };

/**
 * Kubernetes ends a container with SIGTERM. For another signal, a shell writes its pid to a file and replaces itself
 * with the process, and a preStop hook sends the signal to that pid and waits. Both need a shell in the image.
 * @param container the container's name, unique in its pod
 * @returns undefined if the signal is SIGTERM
 */
export function stopHook(
  signal: StopSignal,
  container: string,
  command: readonly string[],
): { readonly command: readonly string[]; readonly lifecycle: ToApi<V1Lifecycle> } | undefined {
  if (signal === 'TERM') return undefined;
  const file = `${folder}/${container}.pid`;
  const wait = 'while kill -0 "$pid" 2>/dev/null; do sleep 0.1 2>/dev/null || sleep 1; done';
  const end = `pid=$(cat "$0") && kill -${signal} "$pid" && ${wait}`;
  return {
    command: ['/bin/sh', '-c', 'echo "$$" >"$0" && exec "$@"', file, ...command],
    lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', end, file] } } },
  };
}
