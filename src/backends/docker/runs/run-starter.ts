import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { RunEnding } from '../../../engine/rules/process-runtime.ts';
import { resolveExperiment } from '../../../engine/spec/resolve/resolve-experiment.ts';
import { advise } from '../../../engine/text/advice.ts';
import type { RunnerContext, RunToStart } from '../../supervision/runs/runner.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { EngineError, isStatus } from '../api/engine-error.ts';
import { phaseOf } from '../api/engine-objects.ts';
import type { CreateCall } from '../containers/create-call-body.ts';
import { labels } from '../containers/labels.ts';
import { containerName, pastName } from '../containers/object-names.ts';
import { runCall } from '../containers/run-call.ts';
import { buildJobs } from '../images/build/build-jobs.ts';
import { pullImage } from '../images/pull-image.ts';
import type { DockerFiles } from '../launch/docker-files.ts';
import { ensureNetwork } from '../launch/networks.ts';
import { factsOf, type Owner } from '../launch/prepare-launch.ts';
import { toDockerExperiment } from '../section/docker-experiment.ts';
import { refusedCommandCode, startError } from './describe-end.ts';
import type { Holders } from './holders.ts';

const noInit =
  'The engine has no init for containers (on Podman: install catatonit), so they run without one: processes that do not handle their stop signal are killed after the timeout.';

/** A container that runs, or how the run ended because its command cannot be started. */
export type StartedRun = { readonly id: string } | { readonly ending: RunEnding };

/** Creates and starts the containers of an experiment's runs. */
export class RunStarter {
  readonly #client: EngineClient;
  readonly #context: RunnerContext;
  readonly #files: DockerFiles;
  readonly #owner: Owner;
  readonly #holders: Holders;
  /** The creation of the network, once. */
  #network: Promise<void> | undefined;
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(
    client: EngineClient,
    context: RunnerContext,
    files: DockerFiles,
    { owner, holders }: { readonly owner: Owner; readonly holders: Holders },
  ) {
    this.#client = client;
    this.#context = context;
    this.#files = files;
    this.#owner = owner;
    this.#holders = holders;
  }

  /** @throws SymphonyError if the engine does not start it; then there is no container */
  start(run: RunToStart): Promise<StartedRun> {
    const starting = this.#start(run);
    const settled = starting.then(
      () => undefined,
      () => undefined,
    );
    this.#underWay.set(run.key, settled);
    void settled.then(() => {
      if (this.#underWay.get(run.key) === settled) this.#underWay.delete(run.key);
    });
    return starting;
  }

  /** Resolves once no start of these processes is under way. */
  async settled(keys: readonly string[]): Promise<void> {
    await Promise.all(keys.map((key) => this.#underWay.get(key)));
  }

  async #start({ key, run, gpus }: RunToStart): Promise<StartedRun> {
    const call = JSON.parse(await readFile(this.#files.callFile(key), 'utf8')) as CreateCall;
    await this.#ensureNetwork();
    const { group = null, secrets = [] } = this.#context.processes.get(key) ?? {};
    if (group !== null) await this.#withNetwork(() => this.#holders.ensureGroup(group));
    if (secrets.length > 0) await this.#holders.ensureSecrets();
    const id = await this.#create(key, run, runCall(call, run, gpus, factsOf(this.#context.record)));
    try {
      const archive = this.#files.archiveFile(key);
      if (existsSync(archive)) await this.#client.upload(id, '/', createReadStream(archive));
      await this.#withNetwork(() => this.#client.start(id));
      return { id };
    } catch (error) {
      const ending = await this.#commandEnding(id, error);
      if (ending !== undefined) return { ending };
      await this.#client.removeContainer(id).catch(() => undefined);
      throw error;
    }
  }

  async #create(key: string, run: number, call: CreateCall): Promise<string> {
    const { record } = this.#context;
    const name = containerName({ experiment: record.name, launchId: record.launchId }, key, run);
    const create = () => this.#client.createContainer(name, call);
    try {
      return await create();
    } catch (error) {
      if (isStatus(error, 404) && /no such image|image not known/i.test(error.said)) {
        await this.#pull(String(call.Image));
        return create();
      }
      if (error instanceof EngineError && /container-init binary not found/.test(error.said)) {
        // Podman comes without an init on some systems.
        this.#context.reports.note(noInit);
        return this.#create(key, run, { ...call, HostConfig: { ...(call.HostConfig as object), Init: false } });
      }
      if (!isStatus(error, 409)) throw error;
      const existing = await this.#client.inspect(name);
      if (existing?.Config.Labels?.[labels.launch] !== record.launchId) throw error;
      // An earlier supervisor created it and did not come to start it.
      if (phaseOf(existing.State.Status) === 'new') return existing.Id;
      // It is of a replica that was removed, and has come back with its first run; its log is kept.
      await this.#client.rename(existing.Id, pastName(name, existing.Id));
      return create();
    }
  }

  /** Gets an image back that was removed since the launch. */
  async #pull(image: string): Promise<void> {
    const { record } = this.#context;
    const experiment = toDockerExperiment(resolveExperiment(record.spec));
    if (buildJobs(experiment, this.#owner.owner).some(({ names }) => names.includes(image))) {
      throw new SymphonyError('failed', `The image ${image}, which was built for the launch, was removed.`, {
        hint: advise((say) => `Launch the experiment again with ${say.option('force')} to build it.`),
      });
    }
    await pullImage(this.#client, image);
  }

  /** Starts something, again if the network of the experiment is gone. */
  async #withNetwork(start: () => Promise<void>): Promise<void> {
    try {
      await start();
    } catch (error) {
      if (!isStatus(error, 404, 500) || !/network .*not found|unable to find network/i.test(error.said)) throw error;
      // Prunes remove networks that no running container uses.
      this.#network = undefined;
      await this.#ensureNetwork();
      await start();
    }
  }

  #ensureNetwork(): Promise<void> {
    this.#network ??= ensureNetwork(this.#client, this.#context.record, this.#owner).catch((error: unknown) => {
      this.#network = undefined;
      throw error;
    });
    return this.#network;
  }

  /** How a run ended whose command does not exist or cannot be executed; undefined for other failures of a start. */
  async #commandEnding(id: string, error: unknown): Promise<RunEnding | undefined> {
    if (!(error instanceof EngineError)) return undefined;
    const state = (await this.#client.inspect(id).catch(() => undefined))?.State;
    const exitCode = refusedCommandCode(error.said, state?.ExitCode);
    if (exitCode === undefined) return undefined;
    return { exitCode, time: Date.now(), reason: `cannot be started: ${startError(error.said)}` };
  }
}
