/** How a backend takes one field of a spec. `mapped` fields are not listed: only what its author should know is. */
export interface PlanNote {
  /** `not-enforced` is a warning: it is accepted and has no effect here. `refused` is an error: nothing will be launched. */
  readonly verdict: 'not-enforced' | 'refused';
  /** The field's place: `processes.learner.resources.memory`. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

/** What a launch would do, in the backend's own terms; what `--dry-run` prints. Secret values are never in it. */
export interface Plan {
  readonly backend: string;
  readonly experiment: string;
  readonly notes: readonly PlanNote[];
  /** Plain data, one document after the other: manifests on Kubernetes, processes with argv, folder and ports elsewhere. A port not yet assigned is `auto`. */
  readonly documents: readonly unknown[];
}

/** A note on one line, with its hint. */
export function formatPlanNote({ path, message, hint }: PlanNote): string {
  const said = `${path}: ${message}`;
  return hint === undefined ? said : `${said.replace(/\.$/, '')}. ${hint}`;
}

/** What is refused, one a line: with the hints on their lines if there are several, else beside them. */
export function describeRefused(notes: readonly PlanNote[]): { readonly message: string; readonly hint?: string } {
  const refused = notes.filter(({ verdict }) => verdict === 'refused');
  const hints = new Set(refused.flatMap(({ hint }) => hint ?? []));
  const [hint] = hints;
  if (hints.size > 1) return { message: refused.map(formatPlanNote).join('\n') };
  const message = refused.map(({ path, message }) => `${path}: ${message}`).join('\n');
  return hint === undefined ? { message } : { message, hint };
}
