import type { EnvironmentValue, ExperimentSpec, Resources, RestartPolicy, SharedFields } from '../experiment-spec.ts';
import type { DeclaredProcess } from './expand-spec.ts';

/** The fields of a process that its experiment and its group may set as well. */
export interface InheritedFields {
  readonly env: Readonly<Record<string, EnvironmentValue>>;
  readonly preamble: readonly string[];
  readonly files: readonly string[];
  readonly secrets: readonly string[];
  readonly resources: Resources;
  readonly startDir?: string | undefined;
  readonly shell?: readonly string[] | undefined;
  readonly image?: string | undefined;
  readonly restart?: RestartPolicy | undefined;
  readonly maxRestarts?: number | undefined;
}

/**
 * Combines what a process, its group and its experiment set: lists are joined, variables and resources are overridden one
 * by one, any other field by the innermost that sets it.
 */
export function inheritFields(
  { spec, group }: Pick<DeclaredProcess, 'spec' | 'group'>,
  experiment: Pick<ExperimentSpec, keyof SharedFields>,
): InheritedFields {
  const levels: readonly SharedFields[] = [experiment, ...(group === null ? [] : [group.spec]), spec];
  const innermost = <Field extends keyof SharedFields>(field: Field) =>
    levels.findLast((level) => level[field] !== undefined)?.[field];
  const joined = (field: 'preamble' | 'files' | 'secrets') => levels.flatMap((level) => level[field] ?? []);
  return {
    env: Object.assign({}, ...levels.map(({ env }) => env)),
    preamble: joined('preamble'),
    files: [...new Set(joined('files'))],
    secrets: [...new Set(joined('secrets'))],
    resources: { ...group?.spec.resources, ...spec.resources },
    startDir: innermost('startDir'),
    shell: innermost('shell'),
    image: innermost('image'),
    ...inheritRestart({ spec, group }),
  };
}

/** A limit belongs to its policy: a process with a policy of its own does not take the limit of its group. */
export function inheritRestart({ spec: own, group: outer }: Pick<DeclaredProcess, 'spec' | 'group'>) {
  const group = outer?.spec;
  if (own.restart !== undefined) return { restart: own.restart, maxRestarts: own.maxRestarts };
  return { restart: group?.restart, maxRestarts: own.maxRestarts ?? group?.maxRestarts };
}
