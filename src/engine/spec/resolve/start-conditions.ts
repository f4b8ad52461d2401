import { processKey } from '../../contract/process-key.ts';
import type { StartCondition } from '../experiment-spec.ts';
import type { DeclaredProcess, ExpandedProcess } from './expand-spec.ts';
import { concerning, namedProcesses } from './named-processes.ts';
import type { ResolvedCondition } from './resolved-experiment.ts';

/**
 * Finds what processes wait for. All replicas that wait for the same share one list: a thousand that wait for a thousand
 * others would otherwise take a million conditions.
 */
export class StartConditions {
  readonly #all: readonly ExpandedProcess[];
  readonly #named = new Map<string, readonly ExpandedProcess[]>();
  readonly #shared = new Map<DeclaredProcess, Map<string | null, readonly ResolvedCondition[]>>();

  /** @param all every process of the experiment */
  constructor(all: readonly ExpandedProcess[]) {
    this.#all = all;
  }

  /** The conditions of its group, then its own. All must hold. */
  of(waiting: ExpandedProcess): readonly ResolvedCondition[] {
    const { declared } = waiting;
    const declaredConditions = [
      ...Object.entries(declared.group?.spec.after ?? {}),
      ...Object.entries(declared.spec.after ?? {}),
    ];
    if (declaredConditions.length === 0) return [];
    const isPerReplica = declaredConditions.some(
      ([name]) => concerning(this.#processes(name), waiting) !== this.#processes(name),
    );
    const scope = isPerReplica ? waiting.group : null;
    const known = this.#shared.get(declared) ?? new Map<string | null, readonly ResolvedCondition[]>();
    this.#shared.set(declared, known);
    const conditions = known.get(scope) ?? this.#resolve(waiting, declaredConditions);
    known.set(scope, conditions);
    return conditions;
  }

  #resolve(
    waiting: ExpandedProcess,
    declaredConditions: readonly (readonly [string, StartCondition])[],
  ): readonly ResolvedCondition[] {
    const conditions = declaredConditions.flatMap(([name, condition]) =>
      concerning(this.#processes(name), waiting).map((awaited) => ({ key: processKey(awaited), condition })),
    );
    return [...new Map(conditions.map((resolved) => [`${resolved.key} ${resolved.condition}`, resolved])).values()];
  }

  #processes(name: string): readonly ExpandedProcess[] {
    const known = this.#named.get(name) ?? namedProcesses(name, this.#all).processes;
    this.#named.set(name, known);
    return known;
  }
}
