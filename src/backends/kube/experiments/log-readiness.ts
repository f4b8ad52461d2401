import { compilePattern } from '../../../engine/spec/pattern.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolved-experiment.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { annotations } from '../labels.ts';
import { runsOf } from '../logs/container-runs.ts';
import { LogPosition } from '../logs/log-position.ts';
import { readContainer } from '../logs/read-container.ts';
import { readAnnotation } from '../read-annotation.ts';
import { memberKey } from './experiment-entry.ts';
import type { ExperimentIndex } from './experiment-index.ts';

/**
 * Looks for the lines by which processes are ready: no probe of Kubernetes can see a log. Whoever watches or lists an
 * experiment looks, and notes on the pod what was found, so that everyone sees the same.
 */
export class LogReadiness {
  readonly #client: KubeClient;
  readonly #signal: AbortSignal | undefined;
  /** Ids of containers that are or were looked at. */
  readonly #seen = new Set<string>();

  constructor(client: KubeClient, signal?: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  /** Follows the logs of all that are waited for, and have not been yet. */
  scan(index: ExperimentIndex): void {
    for (const { pod, resolvedProcess, id } of this.#waiting(index)) {
      if (this.#seen.has(id)) continue;
      this.#seen.add(id);
      void this.#seek(pod, resolvedProcess, id, true).catch(() => this.#seen.delete(id));
    }
  }

  /** Reads what there is by now of all that are waited for. Returns the pods as they are after that. */
  async scanOnce(index: ExperimentIndex): Promise<readonly KubeObject[]> {
    const found = this.#waiting(index).map(({ pod, resolvedProcess, id }) =>
      this.#seek(pod, resolvedProcess, id, false).catch(() => undefined),
    );
    return (await Promise.all(found)).filter((pod) => pod !== undefined);
  }

  #waiting(index: ExperimentIndex) {
    return [...index.entries()].flatMap((entry) =>
      entry.processes
        .filter(({ ready }) => ready.kind === 'log')
        .flatMap((resolvedProcess) =>
          index.pods(entry, memberKey(resolvedProcess)).flatMap((pod) => {
            const { containerId: id, ended } = runsOf(pod, resolvedProcess);
            return id === undefined ||
              ended !== undefined ||
              readAnnotation(pod, annotations.logReady)[resolvedProcess.name] === id
              ? []
              : [{ pod, resolvedProcess, id }];
          }),
        ),
    );
  }

  async #seek(
    pod: KubeObject,
    resolvedProcess: ResolvedProcess,
    id: string,
    follow: boolean,
  ): Promise<KubeObject | undefined> {
    if (resolvedProcess.ready.kind !== 'log') return undefined;
    const pattern = compilePattern(resolvedProcess.ready.pattern);
    const { container } = runsOf(pod, resolvedProcess);
    const options = { follow, position: new LogPosition(), signal: this.#signal };
    for await (const lines of readContainer(this.#client, container, options)) {
      if (!lines.some(({ text }) => pattern.test(text))) continue;
      const value = JSON.stringify({ ...readAnnotation(pod, annotations.logReady), [resolvedProcess.name]: id });
      const { name, namespace } = pod.metadata;
      const patch = { metadata: { annotations: { [annotations.logReady]: value } } };
      return this.#client.patch({ kind: 'Pod', name, namespace }, patch, { signal: this.#signal });
    }
    // It may have been cut off: it is looked at again at the next change.
    this.#seen.delete(id);
    return undefined;
  }
}
