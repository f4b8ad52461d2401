/** A program that uses every entry of the package, and inherits types that its own declarations then name. */
export const rightProgram = `
import {
  type BackendDefinition,
  type CapturedResult,
  Cluster,
  Experiment,
  type ExperimentInput,
  loadSpec,
  parseSpec,
  Process,
  ProcessGroup,
  requireCapability,
  SymphonyConfig,
  SymphonyError,
} from '@symphony-run/symphony';
import { SymphonyParser } from '@symphony-run/symphony/commands';
import { commandLine, declaredEnvironment, readSetting, symphonyEnvironment } from '@symphony-run/symphony/engine';
import { DockerBackend } from '@symphony-run/symphony/backends/docker';
import { KubeBackend } from '@symphony-run/symphony/backends/kube';
import { LocalBackend } from '@symphony-run/symphony/backends/local';
import { TmuxBackend } from '@symphony-run/symphony/backends/tmux';

export const cluster = await Cluster.new('kube', { namespace: 'team', signal: undefined });
export const wrapped = [
  new Cluster(new LocalBackend()),
  new Cluster(new TmuxBackend({ socket: 'x' })),
  new Cluster(new DockerBackend({ dockerContext: 'x' })),
  new Cluster(await KubeBackend.connect({ namespace: 'team' })),
];
export const own = await Cluster.new('grid', { anything: 1 });
export const experiment = cluster.newExperiment('rl', {
  kube: { tolerations: [{ key: 'gpu', operator: 'Exists' }] },
  docker: { network: 'host' },
  tmux: { historyLimit: 1000 },
});
export const learner = experiment.newProcess('learner', { command: 'x', stop: { signal: 'INT', timeout: '5s' } });
export const added = experiment.addProcess(new Process('replay', { command: 'x', stop: { signal: 'SIGTERM' } }));
export const group = experiment.addProcessGroup(new ProcessGroup('agents', { replicas: 2 }));
export const launched = await cluster.launch(experiment, { signal: undefined, force: true });
export const batch = await cluster.launchBatch([experiment, parseSpec({ name: 'x' }), await loadSpec('x.yaml')]);
export const captured: CapturedResult = await cluster.exec(experiment, 'learner', ['true']);
export const description = await cluster.describeExperiment('rl');
export const processes = await cluster.listProcesses('rl');
export const waited = await cluster.wait('rl', { for: 'ready', timeout: 5, signal: undefined });
export const visit = await cluster.visit('rl', 'page', { signal: undefined });
export const deleted = await cluster.delete('rl', { kill: true });
export const events = cluster.events('rl', { follow: true, signal: undefined });
export const samples = cluster.metrics('rl', { intervalSeconds: 1 });
export const lines = cluster.logs('rl', ['learner', { group: 'agents', name: 'agent-0' }], { signal: undefined });
export const restart = requireCapability(cluster, 'restart');
await cluster.restart('rl', processes);
await cluster.copy('rl', 'a', { process: 'learner', path: 'b' });
for await (const event of cluster.watch()) {
  if (event.type === 'changed') console.log(event.experiment.state === 'degraded', event.processes[0]?.state === 'lost');
}
export const input: ExperimentInput = { name: 'x', processes: { a: { command: ['a', 1] } } };
export const definition: BackendDefinition = {
  summary: 'x',
  check: async () => ({ works: true, detail: '' }),
  load: async () => {
    throw new SymphonyError('unsupported', 'x', { hint: undefined });
  },
};
export const setting = await readSetting('username');
export const tools = { commandLine, declaredEnvironment, symphonyEnvironment };
export class Mine extends SymphonyParser {
  override setup() {
    super.setup();
    this.addSubcommand('make', (command) => command.argument('<name>'), (args: { name: string }) => args.name.length);
    this.addSubcommand('plain', (command) => command, (args, context) => context.write(String(args.positional[0])));
  }
}
SymphonyConfig.get().setUsername('sarah');
export const unlaunched = new Experiment('x');
`;

/** Each line that follows a comment is refused. */
export const wrongProgram = `
import { Cluster, parseSpec, SymphonyError } from '@symphony-run/symphony';
import { SymphonyParser } from '@symphony-run/symphony/commands';
// @ts-expect-error Internals are not promised.
import { withFileLock } from '@symphony-run/symphony/engine';

const cluster = await Cluster.new('tmux');
// @ts-expect-error A typing error in an option.
await Cluster.new('tmux', { sokket: 'x' });
// @ts-expect-error An option of another backend.
await Cluster.new('local', { socket: 'x' });
// @ts-expect-error An option of the wrong type.
await Cluster.new('docker', { dockerContext: 5 });
// @ts-expect-error No such goal.
await cluster.wait('rl', { for: 'redy' });
// @ts-expect-error No such code.
new SymphonyError('not-there', 'x');
// @ts-expect-error No such field of a section.
const experiment = cluster.newExperiment('x', { kube: { tolerationz: [] } });
// @ts-expect-error No such field of a section.
cluster.newExperiment('x', { docker: { netwrok: 'host' } });
// @ts-expect-error No such field of a section.
cluster.newExperiment('x', { tmux: { historyLimits: 5 } });
// @ts-expect-error A command is no number.
experiment.newProcess('a', { command: 5 });
// @ts-expect-error No such signal.
experiment.newProcess('a', { command: 'x', stop: { signal: 'TRM' } });
// @ts-expect-error No such restart policy.
experiment.newProcess('a', { command: 'x', restart: 'sometimes' });
// @ts-expect-error No such condition.
experiment.newProcess('a', { command: 'x', after: { b: 'redy' } });
// @ts-expect-error A process is named by text or by a reference.
await cluster.restart('rl', 5);
// @ts-expect-error A reference says the group, if only that there is none.
await cluster.stop('rl', { name: 'learner' });
// @ts-expect-error A command to run is a list.
await cluster.exec('rl', 'learner', 'ls -la');
// @ts-expect-error No such option.
for await (const line of cluster.logs('rl', 'learner', { folow: true })) console.log(line);
new (class extends SymphonyParser {})().addSubcommand('x', (command) => command, (args) => {
  // @ts-expect-error The type of an argument has to be stated.
  args.name.length;
});
void [parseSpec, withFileLock];
`;
