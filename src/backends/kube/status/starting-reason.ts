import { isReadyAtStart } from '../../../engine/rules/ready-at-start.ts';
import { describeProgress } from '../../../engine/shell/preamble-progress.ts';
import type { AssignedService } from '../../../engine/spec/resolve/networking.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';

/**
 * Why a running container has not become ready yet, derived from its readiness condition because probes report no
 * reason. Undefined if it has no condition.
 */
export function startingReason(
  resolvedProcess: Pick<ResolvedProcess, 'ready' | 'preamble'>,
  services: readonly AssignedService[],
): string | undefined {
  const { ready } = resolvedProcess;
  switch (ready.kind) {
    case 'started':
      return isReadyAtStart(resolvedProcess) ? undefined : describeProgress(undefined);
    case 'log':
      return `no log line matches /${ready.pattern}/ yet`;
    case 'command':
      return 'the readiness command has not succeeded yet';
    case 'listening': {
      const ports = services
        .filter(({ name }) => ready.services.includes(name))
        .map(({ name, port }) => `${port} (service ${name})`);
      if (ports.length === 0) return undefined;
      return ports.length === 1
        ? `nothing listens on port ${ports[0]} yet`
        : `not every one of its ports has a listener yet: ${ports.join(', ')}`;
    }
  }
}
