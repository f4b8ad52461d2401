import type { Capabilities, CopyEnd, CopyOptions } from '../../engine/contract/capabilities.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import type { ProcessReference } from '../../engine/contract/status.ts';
import type { WatchEvent } from '../../engine/contract/watch.ts';
import { resolveExperiment } from '../../engine/spec/resolve/resolve-experiment.ts';
import { noTerminal } from '../../engine/text/common-errors.ts';
import { copyIn } from '../kit/copy/copy-in.ts';
import { copyOut } from '../kit/copy/copy-out.ts';
import { detachHint } from '../kit/terminal/hand-over-terminal.ts';
import { restartProcesses, stopProcesses } from './actions/end-processes.ts';
import { sampleMetrics } from './actions/sample-metrics.ts';
import type { KubeClient } from './api/kube-client.ts';
import { experimentEvents } from './events/experiment-events.ts';
import { noteRequest } from './events/note-request.ts';
import { attachToPod } from './exec/kube-attach.ts';
import { containerCommands, execInContainer } from './exec/kube-exec.ts';
import { runningContainer } from './exec/running-container.ts';
import { checkExperiment } from './launch/launch-experiment.ts';
import { scaleExperiment } from './scale/scale-experiment.ts';
import type { PlanOptions } from './section/kube-plan.ts';
import { visitService } from './visit/kube-visit.ts';
import type { ListedExperiment } from './watch/list-experiments.ts';

export interface CapabilitiesInput {
  readonly client: KubeClient;
  readonly plan: PlanOptions;
  /** Whether the cluster serves the metrics API. */
  readonly hasMetrics: boolean;
  /** Lists an experiment anew. */
  readonly read: (name: string) => Promise<ListedExperiment>;
  /** What makes the calls, as the program calls itself. */
  readonly origin: () => string | undefined;
  /** Watches one experiment. */
  readonly watch: (name: string, signal: AbortSignal) => AsyncIterable<WatchEvent>;
}

/** The user's preferred shell if the image has it, else the best one that the image has. */
const bestShell = 'for s in "$SHELL" /bin/bash /bin/sh; do [ -n "$s" ] && [ -x "$s" ] && exec "$s"; done';

/** What can be done with the processes of experiments on a cluster. */
export function kubeCapabilities({ client, plan, hasMetrics, read, origin, watch }: CapabilitiesInput): Capabilities {
  const find = async (name: string, reference: ProcessReference) => runningContainer(await read(name), reference);

  const note = (reason: string, { entry }: ListedExperiment, processes: readonly ProcessReference[]) =>
    noteRequest(client, entry.known.location, { reason, processes, origin: origin() });

  async function copy(name: string, source: CopyEnd, destination: CopyEnd, options: CopyOptions = {}): Promise<void> {
    const reference = source.process ?? destination.process;
    if (reference === undefined) throw new SymphonyError('usage', 'One side of a copy must name a process.');
    const place = containerCommands(client, (await find(name, reference)).container);
    if (source.process === undefined) await copyIn(place, source.path, destination.path, options);
    else await copyOut(place, source.path, destination.path, options);
  }

  return {
    restart: {
      async restart(name, processes, options) {
        const listed = await read(name);
        await Promise.all([
          restartProcesses(client, listed, processes, options),
          note('RestartRequested', listed, processes),
        ]);
      },
    },
    stop: {
      async stop(name, processes, options) {
        const listed = await read(name);
        await Promise.all([
          stopProcesses(client, listed, processes, options),
          note('StopRequested', listed, processes),
        ]);
      },
    },
    scale: {
      async scale(name, counts, options) {
        const { entry } = await read(name);
        const onChange = (what: string) =>
          noteRequest(client, entry.known.location, { reason: 'ScaleRequested', what, origin: origin() });
        return scaleExperiment(client, entry, counts, { ...options, plan, onChange });
      },
    },
    exec: {
      exec: async (name, reference, command, options) =>
        execInContainer(client, (await find(name, reference)).container, command, options),
    },
    shell: {
      shell: async (name, reference, options) =>
        execInContainer(client, (await find(name, reference)).container, ['/bin/sh', '-c', bestShell], options),
    },
    attach: {
      detachHint,
      attach: async (name, reference, options) => {
        const { container, resolvedProcess } = await find(name, reference);
        if (!resolvedProcess.tty) throw noTerminal(reference);
        return attachToPod(client, container, options);
      },
    },
    copy: { copy },
    visit: { visit: async (name, service, options = {}) => visitService(client, await read(name), service, options) },
    check: { check: (spec, options) => checkExperiment(client, resolveExperiment(spec), { ...options, plan }) },
    events: {
      events: (name, options) => experimentEvents({ client, read: () => read(name), watch }, options),
    },
    ...(hasMetrics && {
      metrics: {
        async *metrics(name, options) {
          yield* sampleMetrics(client, (await read(name)).entry, options);
        },
      },
    }),
  };
}
