import type { ExperimentSpec } from '../../spec/experiment-spec.ts';
import { isValidated } from '../../spec/validated-specs.ts';
import { Experiment } from './experiment.ts';

/** The validated spec of an experiment; a plain spec is validated as well. @throws SymphonyError `invalid-spec` */
export async function toSpec(experiment: ExperimentSpec | Experiment): Promise<ExperimentSpec> {
  if (experiment instanceof Experiment) return experiment.toSpec();
  if (isValidated(experiment)) return experiment;
  // Loaded on demand: the schema is slow to load, and most commands launch nothing.
  const { parseSpec } = await import('../../spec/parse-spec.ts');
  return parseSpec(experiment);
}
