import type { Plan } from '../../../engine/contract/plan.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import type { AssignedService } from '../../../engine/spec/resolve/networking.ts';
import type { ResolvedExperiment } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { hiddenSecret } from '../../../engine/spec/resolve/secrets.ts';
import { secretVariables } from '../../kit/files/secret-mounts.ts';
import { wantsGpus } from '../../kit/gpus/gpu.ts';
import { createCall } from '../containers/create-call.ts';
import type { LaunchFacts } from '../containers/launch-facts.ts';
import { networkName } from '../containers/object-names.ts';
import { secretSets } from '../containers/secret-volumes.ts';
import { buildJobs } from '../images/build/build-jobs.ts';
import { toDockerExperiment } from './docker-experiment.ts';

/** What a plan assumes of an engine, which it does not ask. */
const assumedFacts: LaunchFacts = {
  endpoint: { host: 'auto' },
  isPodman: false,
  isLocal: true,
  publishAddress: '127.0.0.1',
  logDriver: 'local',
};

/**
 * The calls of a launch. Values that only a launch determines have placeholders: ports and the id of the launch are
 * `auto`, secrets are hidden.
 */
export function planOnDocker(resolved: ResolvedExperiment): Plan {
  const experiment = toDockerExperiment(resolved);
  const plan = { backend: 'docker', experiment: resolved.name, notes: experiment.notes };
  if (experiment.notes.some(({ verdict }) => verdict === 'refused')) return { ...plan, documents: [] };
  const launch = { experiment: resolved.name, launchId: 'auto', owner: 'auto', host: 'auto' };
  const network = experiment.network ?? networkName(launch);
  const services = resolved.services.map(
    (service): AssignedService => ({
      ...service,
      // A plan prints what a launch would choose as such.
      port: (service.wantedPort ?? 'auto') as number,
      host: service.name,
      listenHost: '0.0.0.0',
    }),
  );
  const documents = experiment.processes.map((member) => {
    const names = secretVariables(member.resolved);
    const secretValues = Object.fromEntries(names.map((name) => [name, hiddenSecret]));
    const context = { launch, facts: assumedFacts, services, network, secretSets: secretSets(resolved.processes) };
    return {
      process: formatProcess(member.resolved),
      ...(wantsGpus(member.resolved) ? { gpu: String(member.resolved.resources.gpu) } : {}),
      call: createCall(member, context, { secretValues, hasStartDir: true }),
    };
  });
  const own = experiment.network === undefined ? [{ network, driver: 'bridge' }] : [];
  const builds = buildJobs(experiment, launch.owner).map(({ build, names }) => {
    const { context, dockerfile, target, args } = build;
    return { build: { images: names, context, dockerfile, ...(target === undefined ? {} : { target }), args } };
  });
  return { ...plan, documents: [...builds, ...own, ...documents] };
}
