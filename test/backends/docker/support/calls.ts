import { createCall } from '../../../../src/backends/docker/containers/create-call.ts';
import type { LaunchFacts } from '../../../../src/backends/docker/containers/launch-facts.ts';
import { secretSets } from '../../../../src/backends/docker/containers/secret-volumes.ts';
import { toDockerExperiment } from '../../../../src/backends/docker/section/docker-experiment.ts';
import { formatProcess } from '../../../../src/engine/contract/status.ts';
import type { ExperimentSpec, ProcessSpec } from '../../../../src/engine/spec/experiment-spec.ts';
import type { AssignedService } from '../../../../src/engine/spec/resolve/networking.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';

export const launch = { experiment: 'rl', launchId: 'a1b2', owner: 'me', host: 'box' };

export const facts: LaunchFacts = {
  endpoint: { host: 'unix:///var/run/docker.sock' },
  isPodman: false,
  isLocal: true,
  user: '1000:1000',
  publishAddress: '127.0.0.1',
  logDriver: 'local',
};

/** The fields of a create call that tests look at. */
export interface Call {
  readonly Image: string;
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly Env: readonly string[];
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly Labels: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it
  readonly HostConfig: any;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it
  readonly NetworkingConfig: any;
}

export interface CallOptions {
  readonly facts?: Partial<LaunchFacts>;
  readonly secretValues?: Readonly<Record<string, string>>;
  readonly hasStartDir?: boolean;
  readonly experiment?: Partial<ExperimentSpec>;
}

/** The calls of an experiment by process; its services have the ports from 7000 on. */
export function callsOf(spec: Partial<ExperimentSpec>, options: CallOptions = {}): Readonly<Record<string, Call>> {
  const resolved = resolveExperiment({
    name: 'rl',
    startDir: '/work/project',
    image: 'python:3.13-slim',
    processes: {},
    groups: {},
    ...spec,
  });
  const services = resolved.services.map(
    (service, index): AssignedService => ({
      ...service,
      port: service.wantedPort ?? 7000 + index,
      host: service.name,
      listenHost: '0.0.0.0',
    }),
  );
  const { processes } = toDockerExperiment(resolved);
  const context = {
    launch,
    facts: { ...facts, ...options.facts },
    services,
    network: 'rl.a1b2',
    secretSets: secretSets(resolved.processes),
  };
  const { secretValues = {}, hasStartDir = true } = options;
  return Object.fromEntries(
    processes.map((member) => [
      formatProcess(member.resolved),
      createCall(member, context, { secretValues, hasStartDir }) as unknown as Call,
    ]),
  );
}

/** The call of one process. */
export function callOf(fields: Partial<ProcessSpec>, options: CallOptions = {}): Call {
  const spec = { ...options.experiment, processes: { main: { command: ['true'], ...fields } } };
  return callsOf(spec, options).main as Call;
}
