import '../../../../../src/backends/index.ts';
import { toKubeExperiment } from '../../../../../src/backends/kube/section/kube-experiment.ts';
import { parseSpec } from '../../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../../src/engine/spec/resolve/resolve-experiment.ts';

/** What the backend notes about a partial spec. */
export function notes(draft: object) {
  const spec = parseSpec({ name: 'x', image: 'i', ...draft }, { baseDir: '/' });
  return toKubeExperiment(resolveExperiment(spec)).notes;
}

/** The refusals among the notes: `path: message`. */
export const refusals = (draft: object) =>
  notes(draft).flatMap(({ verdict, path, message }) => (verdict === 'refused' ? [`${path}: ${message}`] : []));
