import type { Plan } from '../../engine/plan.ts';
import type { ResolvedExperiment } from '../../engine/spec/resolved-experiment.ts';
import { MachineBackend } from '../machine/machine-backend.ts';
import { planOnMachine } from '../machine/machine-plan.ts';

/** Runs processes on this machine without further software. */
export class LocalBackend extends MachineBackend {
  override readonly name = 'local';
  override readonly capabilities = this.machineCapabilities();

  override plan(experiment: ResolvedExperiment): Plan {
    return planOnMachine(this.name, experiment);
  }
}
