import type { ReplicaCounts } from '../../../engine/spec/scale-spec.ts';
import { adviceFor, advise } from '../../../engine/text/advice.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { annotations } from '../manifests/labels.ts';

/** Seconds after the last renewal until a change of the numbers of replicas counts as interrupted. */
const markSeconds = 90;

/** The mark on the record of an experiment that is being scaled. */
export interface ScalingMark {
  /** Random: identifies the change. */
  readonly id: string;
  /** ISO 8601, by the server's clock. */
  readonly renewed: string;
  readonly counts: ReplicaCounts;
}

/** The mark on a record. Users can edit it: one that cannot be read counts as none. */
export function readScalingMark({ metadata }: Pick<KubeObject, 'metadata'>): ScalingMark | undefined {
  try {
    const text = metadata.annotations?.[annotations.scaling];
    const { id, renewed, counts } = JSON.parse(text ?? 'null') as ScalingMark;
    const isMark = typeof id === 'string' && !Number.isNaN(Date.parse(renewed));
    const isCounted = typeof counts === 'object' && Object.values(counts).every((count) => typeof count === 'number');
    return isMark && isCounted ? { id, renewed, counts } : undefined;
  } catch {
    return undefined;
  }
}

/** The annotation that holds a mark; null removes it. */
export function scalingAnnotation(mark: ScalingMark | null): Readonly<Record<string, string | null>> {
  return { [annotations.scaling]: mark === null ? null : JSON.stringify(mark) };
}

/** When a mark expires, in milliseconds since 1970. */
export function markEnd({ renewed }: ScalingMark): number {
  return Date.parse(renewed) + markSeconds * 1000;
}

/**
 * Says that the scaling of an experiment was interrupted; undefined if it was not.
 * @param now the server's time, in milliseconds
 */
export function interruptedScaling(record: Pick<KubeObject, 'metadata'>, now: number): string | undefined {
  const mark = readScalingMark(record);
  if (mark === undefined || now < markEnd(mark)) return undefined;
  const counts = Object.entries(mark.counts);
  const scaling = advise((say) =>
    say.either(
      `symphony scale ${counts.map(([target, count]) => `${target}=${count}`).join(' ')}`,
      `cluster.scale(experiment, { ${counts.map(([target, count]) => `'${target}': ${count}`).join(', ')} })`,
    ),
  );
  return `its scaling was interrupted: finish it with ${adviceFor(scaling)}`;
}
