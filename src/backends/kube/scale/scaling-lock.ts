import { randomBytes } from 'node:crypto';
import { abortError, SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import type { ReplicaCounts } from '../../../engine/spec/scale-spec.ts';
import { noExperiment } from '../../../engine/text/common-errors.ts';
import { isStatus } from '../api/api-error.ts';
import type { KubeClient, LongCallOptions } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { listAndWatch } from '../api/list-watch.ts';
import { retryWhileUnavailable } from '../api/retry-while-unavailable.ts';
import { annotations, labels } from '../manifests/labels.ts';
import { type KubeLocation, recordName } from '../manifests/object-names.ts';
import { markEnd, readScalingMark, type ScalingMark, scalingAnnotation } from './scaling-mark.ts';

/** Seconds between two renewals of a mark. */
const renewalSeconds = 10;

/** A change of the data and annotations of a record, to be merged. */
export interface RecordChange {
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * The right to change the numbers of replicas of one experiment, held by a mark on its record. Each write depends on the
 * version of the record that was read before: of two clients, one waits for the other.
 */
export class ScalingLock {
  /** The record, once it had the mark. */
  readonly record: KubeObject;
  readonly #client: KubeClient;
  readonly #location: KubeLocation;
  readonly #mark: ScalingMark;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #isAbandoned = false;

  /**
   * Waits until no other client changes the numbers. A mark that has expired is replaced.
   * @param launchId of the launch that is scaled
   * @throws SymphonyError `conflict` if the experiment is being launched or deleted, `not-found` if it is gone
   */
  static async acquire(
    client: KubeClient,
    location: KubeLocation,
    { launchId, counts }: { readonly launchId: string; readonly counts: ReplicaCounts },
    options: LongCallOptions,
  ): Promise<ScalingLock> {
    const { signal, onProgress } = options;
    const id = randomBytes(8).toString('hex');
    for (;;) {
      throwIfAborted(signal);
      const record = await retryWhileUnavailable(() => findScalable(client, location, launchId, options), options);
      const other = readScalingMark(record);
      // The answer to an earlier attempt was lost.
      if (other?.id === id) return new ScalingLock(client, location, record, other);
      if (other !== undefined && client.now < markEnd(other)) {
        onProgress?.({ message: `Waiting until another change of ${location.experiment} is over` });
        await untilMarkEnds(client, record, other, signal);
        continue;
      }
      const mark = { id, counts, renewed: new Date(client.now).toISOString() };
      const noted = { annotations: scalingAnnotation(mark) };
      const marked = await retryWhileUnavailable(() => write(client, record, noted, {}, options), options);
      if (marked !== undefined) return new ScalingLock(client, location, marked, mark);
    }
  }

  private constructor(client: KubeClient, location: KubeLocation, record: KubeObject, mark: ScalingMark) {
    this.#client = client;
    this.#location = location;
    this.record = record;
    this.#mark = mark;
    this.#timer = setInterval(() => {
      const renewed = { ...mark, renewed: new Date(client.now).toISOString() };
      // A failed renewal is repeated by the next one.
      this.#write(() => ({}), renewed, {}).catch(() => undefined);
    }, renewalSeconds * 1000);
  }

  /** Aborts when the experiment is deleted, or another client has taken over. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Changes the record and keeps the mark.
   * @param change from the newest version of the record
   * @throws SymphonyError `conflict` if the lock was lost
   */
  change(change: (record: KubeObject) => RecordChange, options: LongCallOptions): Promise<void> {
    const mark = { ...this.#mark, renewed: new Date(this.#client.now).toISOString() };
    return this.#write(change, mark, options);
  }

  /** Why the experiment cannot be scaled any more; undefined if it can. */
  async reasonLost(options: LongCallOptions): Promise<SymphonyError | undefined> {
    const launchId = this.record.metadata.labels?.[labels.launch] ?? '';
    try {
      await findScalable(this.#client, this.#location, launchId, options);
      return undefined;
    } catch (error) {
      return isLoss(error) ? error : undefined;
    }
  }

  /** Whether the spec on record is not the one any more that it was when the lock was acquired. */
  async hasChanged({ signal }: LongCallOptions): Promise<boolean> {
    const { name, namespace, uid } = this.record.metadata;
    const found = await this.#client.find({ kind: 'ConfigMap', name, namespace }, { signal });
    return found?.metadata.uid === uid && found?.data?.spec !== this.record.data?.spec;
  }

  /** Removes the mark, unless the change was abandoned. */
  async release(options: LongCallOptions): Promise<void> {
    clearInterval(this.#timer);
    if (!this.#isAbandoned) await this.#write(() => ({}), null, options);
  }

  /** Leaves the mark as it is: once it has expired, the experiment says that its scaling was interrupted. */
  abandon(): void {
    this.#isAbandoned = true;
    clearInterval(this.#timer);
  }

  async #write(
    change: (record: KubeObject) => RecordChange,
    mark: ScalingMark | null,
    options: LongCallOptions,
  ): Promise<void> {
    const { metadata } = this.record;
    const launchId = metadata.labels?.[labels.launch] ?? '';
    for (;;) {
      this.#lost.signal.throwIfAborted();
      try {
        const find = () => findScalable(this.#client, this.#location, launchId, options);
        const record = await retryWhileUnavailable(find, options);
        if (readScalingMark(record)?.id !== this.#mark.id) throw takenOver(this.#location);
        const noted = { annotations: scalingAnnotation(mark) };
        const changed = () => write(this.#client, record, noted, change(record), options);
        const written = await retryWhileUnavailable(changed, options);
        if (written !== undefined) return;
      } catch (error) {
        if (isLoss(error)) {
          clearInterval(this.#timer);
          this.#lost.abort(error);
        }
        throw error;
      }
    }
  }
}

function isLoss(error: unknown): error is SymphonyError {
  return error instanceof SymphonyError && (error.code === 'conflict' || error.code === 'not-found');
}

/** The record of a launch that can be scaled now. */
async function findScalable(
  client: KubeClient,
  location: KubeLocation,
  launchId: string,
  { signal }: LongCallOptions,
): Promise<KubeObject> {
  const { experiment, namespace } = location;
  const record = await client.find({ kind: 'ConfigMap', name: recordName(location), namespace }, { signal });
  if (record === undefined) throw noExperiment(experiment);
  const { labels: own, annotations: noted, deletionTimestamp } = record.metadata;
  if (deletionTimestamp !== undefined || noted?.[annotations.deleting] !== undefined)
    throw new SymphonyError('conflict', `Experiment ${experiment} is being deleted.`);
  if (own?.[labels.launch] !== launchId)
    throw new SymphonyError('conflict', `Experiment ${experiment} was launched anew in the meantime.`);
  if (noted?.[annotations.launched] === undefined)
    throw new SymphonyError('conflict', `Experiment ${experiment} is being launched.`, {
      hint: 'Try again once its launch is over.',
    });
  return record;
}

/** Merges a change into a record, if it is still in this version. @returns undefined if it is not */
async function write(
  client: KubeClient,
  { metadata }: KubeObject,
  noted: { readonly annotations: Readonly<Record<string, string | null>> },
  change: RecordChange,
  { signal }: LongCallOptions,
): Promise<KubeObject | undefined> {
  const { name, namespace, uid, resourceVersion } = metadata;
  const patch = { ...change, metadata: { ...noted, uid, resourceVersion } };
  try {
    return await client.patch({ kind: 'ConfigMap', name, namespace }, patch, { signal });
  } catch (error) {
    if (isStatus(error, 404, 409)) return undefined;
    throw error;
  }
}

/** Resolves when the record has another mark or none, is gone, or the mark has expired. */
async function untilMarkEnds(
  client: KubeClient,
  { metadata }: KubeObject,
  { id }: ScalingMark,
  outer: AbortSignal | undefined,
): Promise<void> {
  const own = new AbortController();
  const signal = outer === undefined ? own.signal : AbortSignal.any([outer, own.signal]);
  const { name, namespace } = metadata;
  let timer: NodeJS.Timeout | undefined;
  try {
    const fieldSelector = `metadata.name=${name}`;
    for await (const event of listAndWatch(client, { kind: 'ConfigMap', namespace, fieldSelector, signal })) {
      if (event.type === 'removed') return;
      if (event.type !== 'list' && event.type !== 'put') continue;
      const record = event.type === 'list' ? event.items[0] : event.object;
      const mark = record && readScalingMark(record);
      if (record?.metadata.annotations?.[annotations.deleting] !== undefined || mark?.id !== id) return;
      clearTimeout(timer);
      timer = setTimeout(() => own.abort(), Math.max(markEnd(mark) - client.now, 0));
    }
  } finally {
    clearTimeout(timer);
    own.abort();
  }
  if (outer?.aborted) throw abortError(outer);
}

function takenOver({ experiment }: KubeLocation): SymphonyError {
  return new SymphonyError('conflict', `Another client has taken over the scaling of experiment ${experiment}.`);
}
