import type { Plan } from '../../engine/contract/plan.ts';
import type { ResolvedExperiment } from '../../engine/spec/resolve/resolved-experiment.ts';
import { HostBackend } from '../supervision/keeper/backend/host-backend.ts';
import { planOnHost } from '../supervision/keeper/backend/plan-on-host.ts';
import { checkTerminals } from './check-terminals.ts';

/** Runs processes on this machine without further software. */
export class LocalBackend extends HostBackend {
  override readonly capabilities = this.hostCapabilities();

  /** @param options see `SupervisedBackend` */
  constructor(options: Readonly<Record<string, unknown>> = {}) {
    super('local', options);
  }

  override plan(experiment: ResolvedExperiment): Plan {
    const plan = planOnHost(this.name, experiment);
    return { ...plan, notes: [...plan.notes, ...checkTerminals(experiment)] };
  }
}
