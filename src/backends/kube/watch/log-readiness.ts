import { compilePattern } from '../../../engine/spec/pattern.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { TimedPosition } from '../../kit/logs/timed-position.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { runsOf } from '../logs/logged-runs.ts';
import { readContainer } from '../logs/read-container.ts';
import { annotations } from '../manifests/labels.ts';
import { memberKey } from '../status/process-pods.ts';
import { readAnnotation } from '../status/read-annotation.ts';
import type { ExperimentIndex } from './experiment-index.ts';

/**
 * Searches logs for the lines that make processes ready, because no Kubernetes probe can read a log. Every client that
 * watches or lists an experiment searches, and records the result on the pod, so that all clients agree.
 */
export class LogReadiness {
  readonly #client: KubeClient;
  readonly #signal: AbortSignal | undefined;
  /** Ids of containers whose logs are or were searched. */
  readonly #seen = new Set<string>();

  constructor(client: KubeClient, signal?: AbortSignal | undefined) {
    this.#client = client;
    this.#signal = signal;
  }

  /** Follows the logs of all processes that wait for a line and are not followed yet. */
  scan(index: ExperimentIndex): void {
    for (const { pod, resolvedProcess, id } of this.#waiting(index)) {
      if (this.#seen.has(id)) continue;
      this.#seen.add(id);
      void this.#seek(pod, resolvedProcess, id, true).catch(() => this.#seen.delete(id));
    }
  }

  /** Reads the existing logs of all processes that wait for a line. Returns the updated pods. */
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
    const options = { follow, position: new TimedPosition(), signal: this.#signal };
    for await (const lines of readContainer(this.#client, container, options)) {
      if (!lines.some(({ text }) => pattern.test(text))) continue;
      const value = JSON.stringify({ ...readAnnotation(pod, annotations.logReady), [resolvedProcess.name]: id });
      const { name, namespace } = pod.metadata;
      const patch = { metadata: { annotations: { [annotations.logReady]: value } } };
      return this.#client.patch({ kind: 'Pod', name, namespace }, patch, { signal: this.#signal });
    }
    // The stream may have been cut; the next change starts another search.
    this.#seen.delete(id);
    return undefined;
  }
}
