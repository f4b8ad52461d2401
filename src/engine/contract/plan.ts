import { withHint } from '../text/sentences.ts';
/** How a backend treats one field of a spec. Mapped fields have no note: only what the author should know is listed. */
export interface PlanNote {
  /**
   * `not-enforced` is a warning: the field has no effect here. `warning`: it has, and may not mean everywhere what its
   * author expects. `refused` is an error: the launch will fail.
   */
  readonly verdict: 'not-enforced' | 'warning' | 'refused';
  /** The field's place: `processes.learner.resources.memory`. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

/** What a launch would do, in the backend's own terms, as `--dry-run` prints it. It never contains secret values. */
export interface Plan {
  readonly backend: string;
  readonly experiment: string;
  readonly notes: readonly PlanNote[];
  /** Plain data: manifests, or processes with argv, folder and ports. An unassigned port is `auto`. */
  readonly documents: readonly unknown[];
}

/** A note on one line, with its hint. */
export function formatPlanNote({ path, message, hint }: PlanNote): string {
  return withHint(`${path}: ${message}`, hint);
}

/** The refused fields, one a line. Several different hints go on their fields' lines; a single one is returned apart. */
export function describeRefused(notes: readonly PlanNote[]): { readonly message: string; readonly hint?: string } {
  const refused = notes.filter(({ verdict }) => verdict === 'refused');
  const hints = new Set(refused.flatMap(({ hint }) => hint ?? []));
  const [hint] = hints;
  if (hints.size > 1) return { message: refused.map(formatPlanNote).join('\n') };
  const message = refused.map(({ path, message }) => `${path}: ${message}`).join('\n');
  return hint === undefined ? { message } : { message, hint };
}
