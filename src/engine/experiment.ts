import type { ExperimentOptions } from './spec/spec-input.ts';

export type { ExperimentOptions, ProcessGroupOptions, ProcessInput } from './spec/spec-input.ts';

/** The declaration of an experiment: nothing runs until it is launched. */
export class Experiment {
  readonly name: string;
  readonly options: ExperimentOptions;

  constructor(name: string, options: ExperimentOptions = {}) {
    this.name = name;
    this.options = options;
  }
}

export function newExperiment(name: string, options: ExperimentOptions = {}): Experiment {
  return new Experiment(name, options);
}
