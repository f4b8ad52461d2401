import type { Plan } from '../../engine/plan.ts';
import type { ExperimentSpec } from '../../engine/spec/experiment-spec.ts';
import { MachineCluster } from '../machine/machine-cluster.ts';
import { planOnMachine } from '../machine/machine-plan.ts';

/** Runs processes on this machine without further software. */
export class LocalCluster extends MachineCluster {
  override readonly backend = 'local';
  override readonly capabilities = this.machineCapabilities();

  override plan(spec: ExperimentSpec): Plan {
    return planOnMachine(this.backend, spec);
  }
}
