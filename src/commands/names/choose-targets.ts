import type { Cluster } from '../../engine/client/cluster.ts';
import { requireCapability } from '../../engine/client/require-capability.ts';
import type { Capabilities, CapabilityName } from '../../engine/contract/capabilities.ts';
import type { ProcessStatus } from '../../engine/contract/status.ts';
import type { CommandContext } from '../program/command.ts';
import { chooseExperiment } from './experiment-name.ts';
import { chooseProcess, chooseProcessesToEnd } from './process-targets.ts';

/** What a command acts with and on. */
export interface ChosenExperiment<Name extends CapabilityName> {
  readonly cluster: Cluster;
  readonly capability: NonNullable<Capabilities[Name]>;
  readonly experiment: string;
}

/**
 * Chooses the experiment for a command that needs a capability. A backend without it is refused before any question.
 * @param wanted the experiment as the user named it; by default the current one
 * @throws SymphonyError `unsupported`, and as `chooseExperiment`
 */
export async function chooseExperimentFor<Name extends CapabilityName>(
  context: CommandContext,
  name: Name,
  wanted: string | undefined,
): Promise<ChosenExperiment<Name>> {
  const cluster = await context.cluster();
  const capability = requireCapability(cluster, name);
  return { cluster, capability, experiment: await chooseExperiment(context, cluster, wanted) };
}

/**
 * Chooses the one process for a command that needs a capability.
 * @throws SymphonyError as `chooseExperimentFor` and `chooseProcess`
 */
export async function chooseTarget<Name extends CapabilityName>(
  context: CommandContext,
  name: Name,
  args: { readonly experiment?: string | undefined; readonly target: string | undefined },
): Promise<ChosenExperiment<Name> & { readonly chosen: ProcessStatus }> {
  const found = await chooseExperimentFor(context, name, args.experiment);
  const listed = await found.cluster.listProcesses(found.experiment);
  return { ...found, chosen: await chooseProcess(context, listed, args.target) };
}

/**
 * Chooses the processes for a command that ends them.
 * @param verb for the question: `Stop`
 * @throws SymphonyError as `chooseExperimentFor` and `chooseProcessesToEnd`
 */
export async function chooseTargets<Name extends CapabilityName>(
  context: CommandContext,
  name: Name,
  args: { readonly experiment?: string | undefined; readonly targets: readonly string[] },
  verb: string,
): Promise<ChosenExperiment<Name> & { readonly chosen: readonly ProcessStatus[] }> {
  const found = await chooseExperimentFor(context, name, args.experiment);
  const listed = await found.cluster.listProcesses(found.experiment);
  return { ...found, chosen: await chooseProcessesToEnd(context, listed, args.targets, verb) };
}
