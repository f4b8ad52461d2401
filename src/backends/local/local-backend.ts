import type { Plan } from '../../engine/contract/plan.ts';
import type { ResolvedExperiment } from '../../engine/spec/resolve/resolved-experiment.ts';
import { MachineBackend } from '../supervision/cluster/machine-backend.ts';
import { planOnMachine } from '../supervision/cluster/machine-plan.ts';

/** Runs processes on this machine without further software. */
export class LocalBackend extends MachineBackend {
  override readonly name = 'local';
  override readonly capabilities = this.machineCapabilities();

  override plan(experiment: ResolvedExperiment): Plan {
    return planOnMachine(this.name, experiment);
  }
}
