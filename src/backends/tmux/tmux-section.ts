import type { SectionSchemas } from '../../engine/contract/backend-definition.ts';
import type { PlanNote } from '../../engine/contract/plan.ts';
import type { BackendSection } from '../../engine/spec/experiment-spec.ts';
import type { ResolvedExperiment } from '../../engine/spec/resolve/resolved-experiment.ts';
import { suggestion } from '../../engine/text/suggestion.ts';

const defaultHistoryLimit = 10_000;
const maxHistoryLimit = 1_000_000;

/** A `tmux:` section of an experiment. */
export interface TmuxSection {
  /** Lines of scrollback in each window; 10,000 by default. */
  readonly historyLimit?: number;
}

/** The JSON Schemas of `tmux:` sections; only the experiment has fields. */
export const tmuxSectionSchemas: SectionSchemas = {
  experiment: {
    type: 'object',
    properties: {
      historyLimit: {
        type: 'integer',
        minimum: 0,
        maximum: maxHistoryLimit,
        description: `The lines of scrollback in each window; ${defaultHistoryLimit} by default.`,
      },
    },
    additionalProperties: false,
  },
};

/** Number of lines of scrollback in a window; the log has all lines. */
export function historyLimit(section: TmuxSection | undefined): number {
  const wanted = section?.historyLimit;
  return isHistoryLimit(wanted) ? wanted : defaultHistoryLimit;
}

/** Problems in the `tmux` sections of a spec. */
export function checkSections(resolved: ResolvedExperiment): PlanNote[] {
  const notes = checkSection('tmux', resolved.sections.tmux, ['historyLimit']);
  for (const resolvedProcess of resolved.processes) {
    const groupPath = resolvedProcess.path.replace(/\.processes\.[^.]+$/, '');
    notes.push(...checkSection(`${resolvedProcess.path}.tmux`, resolvedProcess.sections.tmux, []));
    notes.push(...checkSection(`${groupPath}.tmux`, resolvedProcess.groupSections.tmux, []));
  }
  return [...new Map(notes.map((note) => [note.path, note])).values()];
}

function checkSection(path: string, section: BackendSection | undefined, known: readonly string[]): PlanNote[] {
  return Object.entries(section ?? {}).flatMap(([name, value]): PlanNote[] => {
    const place = `${path}.${name}`;
    if (!known.includes(name)) {
      const hint = suggestion(name, known) ?? 'Only the experiment has one: historyLimit.';
      return [{ verdict: 'refused', path: place, message: 'there is no such field', hint }];
    }
    if (isHistoryLimit(value)) return [];
    const message = `is ${JSON.stringify(value)}; it must be a number of lines, ${maxHistoryLimit} at most`;
    return [{ verdict: 'refused', path: place, message }];
  });
}

function isHistoryLimit(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxHistoryLimit;
}
