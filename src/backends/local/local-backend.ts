import type { Plan } from '../../engine/contract/plan.ts';
import type { ResolvedExperiment } from '../../engine/spec/resolve/resolved-experiment.ts';
import { SupervisedBackend } from '../supervision/backend/supervised-backend.ts';
import { planOnHost } from '../supervision/keeper/backend/plan-on-host.ts';

/** Runs processes on this machine without further software. */
export class LocalBackend extends SupervisedBackend {
  override readonly name = 'local';
  override readonly capabilities = this.hostCapabilities();

  override plan(experiment: ResolvedExperiment): Plan {
    return planOnHost(this.name, experiment);
  }
}
