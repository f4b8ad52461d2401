import { userInfo } from 'node:os';
import type { ExperimentDescription, LaunchOptions } from '../../engine/contract/backend.ts';
import type {
  Capabilities,
  CopyEnd,
  CopyOptions,
  Streams,
  Visit,
  VisitOptions,
} from '../../engine/contract/capabilities.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import type { LogLine, LogOptions } from '../../engine/contract/logs.ts';
import type { Plan } from '../../engine/contract/plan.ts';
import { processKey } from '../../engine/contract/process-key.ts';
import { type ProcessReference, type ProcessStatus, sameProcess } from '../../engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../engine/contract/watch.ts';
import { readSetting } from '../../engine/settings/config.ts';
import { launchingEnvironment } from '../../engine/spec/resolve/environment.ts';
import type { ResolvedExperiment } from '../../engine/spec/resolve/resolved-experiment.ts';
import { noProcess, noTerminal, notRunning } from '../../engine/text/common-errors.ts';
import { runInContainer } from '../kit/exec/run-in-container.ts';
import { secretsDir } from '../kit/files/secret-mounts.ts';
import type { Gpu } from '../kit/gpus/gpu.ts';
import { offerGpusOfHost } from '../kit/gpus/offer-gpus.ts';
import { attachToContainer } from '../kit/terminal/attach-to-container.ts';
import { detachHint } from '../kit/terminal/hand-over-terminal.ts';
import type { ForeignExperiment } from '../supervision/backend/foreign-experiments.ts';
import { SupervisedBackend } from '../supervision/backend/supervised-backend.ts';
import { describeEndpoint, type EngineEndpoint, isOnThisMachine } from './api/connection/engine-endpoint.ts';
import { EngineClient } from './api/engine-client.ts';
import { foreignExperiments } from './containers/foreign-experiments.ts';
import { labels } from './containers/labels.ts';
import { launchFacts, readFacts, writeFacts } from './containers/launch-facts.ts';
import { copyFiles, newestContainer } from './copy/copy-files.ts';
import { chosenEndpoint } from './docker-options.ts';
import { buildImages } from './images/build/build-images.ts';
import { pullImages } from './images/pull-images.ts';
import { containerSessions } from './inside/check-in-container.ts';
import { EngineSession } from './inside/engine-session.ts';
import { measureContainers } from './inside/metrics.ts';
import { checkGpus } from './launch/check-gpus.ts';
import { ownOwner } from './launch/own-owner.ts';
import { readLogs } from './logs/read-logs.ts';
import { findBegunRuns } from './runs/begun-runs.ts';
import { foreignChanges } from './runs/foreign-changes.ts';
import { toDockerExperiment } from './section/docker-experiment.ts';
import { planOnDocker } from './section/docker-plan.ts';
import { visitService } from './visit/visit-service.ts';

/** The user's preferred shell if the image has it, else the best one that the image has. */
const bestShell = 'for s in "$SHELL" /bin/bash /bin/sh; do [ -n "$s" ] && [ -x "$s" ] && exec "$s"; done';

/** How long a list waits for the experiments of others. */
const foreignSeconds = 2;

/** Runs processes in containers of a Docker or Podman engine. */
export class DockerBackend extends SupervisedBackend {
  override readonly capabilities: Capabilities = {
    ...this.supervisedCapabilities(),
    exec: { exec: (name, reference, command, options) => this.#exec(name, reference, command, options) },
    shell: { shell: (name, reference, options) => this.#exec(name, reference, ['/bin/sh', '-c', bestShell], options) },
    attach: { detachHint, attach: (name, reference, options) => this.#attach(name, reference, options) },
    copy: { copy: (name, source, destination, options) => this.#copy(name, source, destination, options) },
    visit: { visit: (name, service, options) => this.#visit(name, service, options) },
    metrics: { metrics: (name, options) => this.#metrics(name, options) },
  };
  readonly #options: Readonly<Record<string, unknown>>;
  /** By endpoint. */
  readonly #clients = new Map<string, EngineClient>();

  /** @param options `dockerContext`; and see `SupervisedBackend` */
  constructor(options: Readonly<Record<string, unknown>> = {}) {
    super('docker', findBegunRuns, options);
    this.#options = options;
  }

  override plan(experiment: ResolvedExperiment): Plan {
    return planOnDocker(experiment);
  }

  override async launch(resolved: ResolvedExperiment, options: LaunchOptions): Promise<ExperimentSnapshot> {
    // Images of an experiment that runs stay as they are if the launch is going to be refused.
    if (options.force || !this.lookup.readOwn().some(({ experiment: own }) => own.name === resolved.name)) {
      const client = this.#client(await chosenEndpoint(this.#options));
      const experiment = toDockerExperiment(resolved);
      const built = await buildImages(client, experiment, ownOwner().owner, options);
      await pullImages(client, experiment, built, options);
    }
    return super.launch(resolved, options);
  }

  override async describeExperiment(name: string): Promise<ExperimentDescription> {
    const description = await super.describeExperiment(name);
    const facts = readFacts((await this.lookup.find(name)).record.options);
    if (facts === undefined) return description;
    return { ...description, location: `${description.location}, engine ${describeEndpoint(facts.endpoint)}` };
  }

  override async *logBatches(
    experiment: string,
    processes: readonly ProcessReference[],
    options: LogOptions = {},
  ): AsyncGenerator<readonly LogLine[]> {
    const { folder, record, snapshot } = await this.lookup.find(experiment);
    const unknown = processes.find((reference) => !snapshot.processes.some((status) => sameProcess(status, reference)));
    if (unknown !== undefined) throw noProcess(unknown, experiment, snapshot.processes);
    // A follower depends on a supervisor that records new runs.
    if (options.follow) await this.link.connect();
    const client = this.#clientOf(record.options, experiment);
    yield* readLogs({ client, record, folder }, processes, options);
  }

  override async close(): Promise<void> {
    await super.close();
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }

  protected override async recordOptions(): Promise<Readonly<Record<string, string>>> {
    const endpoint = await chosenEndpoint(this.#options);
    const client = this.#client(endpoint);
    const [{ isPodman }, info, publishAddress] = await Promise.all([
      client.identity(),
      client.info(),
      readSetting('dockerPublish'),
    ]);
    const { uid, gid } = userInfo();
    return writeFacts(launchFacts({ endpoint, isPodman, info, publishAddress, uid, gid }));
  }

  protected override async offerGpus(
    resolved: ResolvedExperiment,
    signal: AbortSignal | undefined,
  ): Promise<readonly Gpu[] | undefined> {
    const endpoint = await chosenEndpoint(this.#options);
    // Those of another machine are not known here.
    const gpus = isOnThisMachine(endpoint)
      ? await offerGpusOfHost(resolved, launchingEnvironment(process.env), signal)
      : undefined;
    await checkGpus(this.#client(endpoint), toDockerExperiment(resolved), gpus);
    return gpus;
  }

  protected override async experimentsElsewhere(): Promise<readonly ForeignExperiment[]> {
    const client = this.#client(await chosenEndpoint(this.#options));
    // A list must not wait long for an engine that does not answer: one's own experiments are known without it.
    const signal = AbortSignal.timeout(foreignSeconds * 1000);
    const containers = await client.listContainers({ [labels.owner]: undefined }, signal);
    return foreignExperiments(containers, ownOwner().owner);
  }

  protected override changesElsewhere(signal: AbortSignal): AsyncGenerator<unknown> {
    return foreignChanges(async () => this.#client(await chosenEndpoint(this.#options)), ownOwner().owner, signal);
  }

  protected override secretsFolder(): string {
    return secretsDir;
  }

  async #exec(
    name: string,
    reference: ProcessReference,
    command: readonly string[],
    options: { readonly streams: Streams; readonly signal?: AbortSignal | undefined },
  ) {
    const { client, id } = await this.#running(name, reference);
    return runInContainer(containerSessions(client, id), command, options);
  }

  async #attach(
    name: string,
    reference: ProcessReference,
    options: { readonly streams: Streams; readonly signal?: AbortSignal | undefined },
  ): Promise<'detached' | 'ended'> {
    const { definition } = await this.lookup.findProcess(name, reference);
    if (!definition.tty) throw noTerminal(reference);
    const { client, id } = await this.#running(name, reference);
    return attachToContainer((session) => EngineSession.attach(client, id, session), options);
  }

  async #copy(name: string, source: CopyEnd, destination: CopyEnd, options: CopyOptions = {}): Promise<void> {
    const reference = source.process ?? destination.process;
    if (reference === undefined) throw new SymphonyError('usage', 'One side of a copy must name a process.');
    const { stored } = await this.lookup.findProcess(name, reference);
    const status = (await this.listProcesses(name)).find((other) => sameProcess(other, reference));
    const client = this.#clientOf(stored.record.options, name);
    const id = status?.container ?? (await newestContainer(client, stored.record.launchId, processKey(reference)));
    if (status === undefined || id === undefined) throw notRunning(reference, status);
    const container = { client, id, isRunning: isRunning(status), name: reference.name };
    await copyFiles(container, source, destination, options);
  }

  async #visit(name: string, wanted: string, options?: VisitOptions): Promise<Visit> {
    const { record } = await this.lookup.find(name);
    const findContainer = async (owner: ProcessReference) => (await this.#running(name, owner)).id;
    return visitService({ record, client: this.#clientOf(record.options, name), findContainer }, wanted, options);
  }

  async *#metrics(
    name: string,
    options: { readonly intervalSeconds?: number; readonly signal?: AbortSignal | undefined },
  ) {
    const { record } = await this.lookup.find(name);
    const client = this.#clientOf(record.options, name);
    const readProcesses = async () =>
      (await this.listProcesses(name)).flatMap(({ group, name: own, container, state }) =>
        container === undefined || !isRunning({ state }) ? [] : [{ group, name: own, id: container }],
      );
    yield* measureContainers(client, readProcesses, options);
  }

  /** The container of a process that runs. @throws SymphonyError `not-found`, or `conflict` if it does not run */
  async #running(name: string, reference: ProcessReference) {
    const { stored } = await this.lookup.findProcess(name, reference);
    const status = (await this.listProcesses(name)).find((other) => sameProcess(other, reference));
    if (status?.container === undefined || !isRunning(status)) throw notRunning(reference, status);
    return { client: this.#clientOf(stored.record.options, name), id: status.container };
  }

  #clientOf(options: Readonly<Record<string, string>> | undefined, experiment: string): EngineClient {
    const facts = readFacts(options);
    if (facts === undefined)
      throw new SymphonyError('conflict', `The record of experiment ${experiment} does not name its engine.`);
    return this.#client(facts.endpoint);
  }

  #client(endpoint: EngineEndpoint): EngineClient {
    const key = JSON.stringify(endpoint);
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const client = new EngineClient(endpoint);
    this.#clients.set(key, client);
    return client;
  }
}

function isRunning({ state }: Pick<ProcessStatus, 'state'>): boolean {
  return state === 'running' || state === 'starting';
}
