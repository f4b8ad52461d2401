import type { PlanNote } from '../../../engine/contract/plan.ts';
import type { BackendSection } from '../../../engine/spec/experiment-spec.ts';
import { formatPath, type Problem } from '../../../engine/spec/problem.ts';
import { problemsOf } from '../../../engine/spec/schema/shape-problems.ts';
import { ownershipProblems } from './check-patch.ts';
import { type KubeLevel, kubeSectionSchema, volumeKinds } from './kube-section.ts';
import type { KubeSection } from './section-types.ts';

/**
 * Validates `kube:` sections and reports the problems of each section once, however many processes share it.
 * @returns the section, or undefined after reporting its problems with their paths
 */
export class SectionChecker {
  readonly #checked = new Map<BackendSection, KubeSection | undefined>();
  readonly #refuse: (note: PlanNote) => void;

  constructor(refuse: (note: PlanNote) => void) {
    this.#refuse = refuse;
  }

  check(section: BackendSection | undefined, level: KubeLevel, path: string): KubeSection | undefined {
    if (section === undefined) return undefined;
    if (this.#checked.has(section)) return this.#checked.get(section);
    const problems = sectionProblems(section, level);
    for (const problem of problems) {
      this.#refuse({ verdict: 'refused', path: `${path}.${formatPath(problem.path)}`, message: problem.message });
    }
    const right = problems.length === 0 ? (section as KubeSection) : undefined;
    this.#checked.set(section, right);
    return right;
  }
}

/** The problems of one section, with paths relative to the section. */
export function sectionProblems(section: BackendSection, level: KubeLevel): Problem[] {
  const shape = problemsOf(kubeSectionSchema(level), section);
  return shape.length > 0
    ? shape
    : [...volumeProblems(section), ...tolerationProblems(section), ...ownershipProblems(section)];
}

function volumeProblems({ volumes = [] }: KubeSection): Problem[] {
  return volumes.flatMap((volume, index) => {
    const path = ['volumes', index];
    const given = volumeKinds.filter((kind) => volume[kind] !== undefined);
    const kinds = given.length === 1 ? [] : [{ path, message: kindsMessage(given) }];
    const firstIndex = volumes.findIndex((other) => other.mount === volume.mount);
    if (firstIndex === index) return kinds;
    const message = `is ${JSON.stringify(volume.mount)}, as is that of volumes[${firstIndex}]; each needs a place of its own`;
    return [...kinds, { path: [...path, 'mount'], message }];
  });
}

function kindsMessage(given: readonly string[]): string {
  const kinds = `one of ${volumeKinds.join(', ')}`;
  return given.length === 0
    ? `does not say what it is; it must have ${kinds}`
    : `has ${given.join(' and ')}; it must have ${kinds}`;
}

function tolerationProblems({ tolerations = [] }: KubeSection): Problem[] {
  return tolerations.flatMap(({ key, operator, value, effect, tolerationSeconds }, index) => {
    const at = (field: string, message: string) => [{ path: ['tolerations', index, field], message }];
    if (operator === 'Exists' && value !== undefined) return at('value', 'must be left out with operator Exists');
    if (key === undefined && operator !== 'Exists') return at('key', 'is missing; without it, operator must be Exists');
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      return at('tolerationSeconds', 'has a meaning with effect NoExecute only');
    }
    return [];
  });
}
