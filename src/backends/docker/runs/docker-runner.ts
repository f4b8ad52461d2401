import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf, SymphonyError } from '../../../engine/contract/errors.ts';
import type { ResolvedService } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { advise } from '../../../engine/text/advice.ts';
import type { LaunchTraces } from '../../supervision/records/experiment-record.ts';
import { withSiblingSecrets } from '../../supervision/runs/launching-shell.ts';
import type {
  ExperimentRunner,
  LogKeeping,
  PreparedLaunch,
  Runner,
  RunnerContext,
  ServiceHosts,
} from '../../supervision/runs/runner.ts';
import type { EngineEndpoint } from '../api/connection/engine-endpoint.ts';
import { inParallel } from '../api/in-parallel.ts';
import { serviceDifference } from '../containers/holder-call.ts';
import { labels } from '../containers/labels.ts';
import { isPublished, readFacts, visitHost } from '../containers/launch-facts.ts';
import { holderName } from '../containers/object-names.ts';
import { endLaunch, findDamagedLaunch, unknownEngine, writeTraces } from '../launch/damaged-launch.ts';
import { DockerFiles } from '../launch/docker-files.ts';
import { removeLaunch } from '../launch/launch-objects.ts';
import { ownOwner } from '../launch/own-owner.ts';
import { buildCalls, factsOf, readShell, writeCalls } from '../launch/prepare-launch.ts';
import { keepLogs } from '../logs/keep-logs.ts';
import { findBegunRuns, parseRunFile } from './begun-runs.ts';
import { DockerRuns } from './docker-runs.ts';
import { EngineLink } from './engine-link.ts';

/** Runs each process in a container of its own, on the engine that the record of its experiment names. */
export class DockerRunner implements Runner {
  /** The engine's machine may be another, and what became of a container can be asked in any case. */
  readonly outlivesMachine = true;
  readonly findRuns = findBegunRuns;
  /** By endpoint. */
  readonly #links = new Map<string, EngineLink>();

  addressOf({ name, kind }: ResolvedService, options: Readonly<Record<string, string>>): ServiceHosts {
    const facts = readFacts(options);
    const isVisited = kind === 'expose' && facts !== undefined && isPublished(facts);
    // Only what is published takes a port of a machine: of the engine's, which usually is this one.
    const place = isVisited ? { visitHost: visitHost(facts) } : ({ hasOwnNetwork: true } as const);
    return { host: name, listenHost: '0.0.0.0', ...place };
  }

  async check(launch: PreparedLaunch): Promise<void> {
    await buildCalls(launch, ownOwner());
    await this.#link(factsOf(launch.record).endpoint).client.identity();
  }

  async prepare(launch: PreparedLaunch): Promise<void> {
    const files = new DockerFiles(launch.folder);
    await writeCalls(files, launch, ownOwner());
    await writeTraces(files, launch.record);
  }

  async checkUpdate(launch: Omit<PreparedLaunch, 'shell'>): Promise<void> {
    const { record } = launch;
    const serving = new Set(record.services.map(({ owner }) => owner.group));
    const shell = await readShell(new DockerFiles(launch.folder), record.name);
    const changed = { ...launch, shell: withSiblingSecrets(shell, launch.resolved) };
    const { holders } = await buildCalls(changed, ownOwner(), { readsSecrets: false });
    const { client } = this.#link(factsOf(record).endpoint);
    await inParallel(
      [...holders].filter(([group]) => serving.has(group)),
      async ([group, { holder }]) => {
        const name = holderName({ experiment: record.name, launchId: record.launchId }, group);
        const existing = await client.inspect(name);
        if (existing?.State.Running && serviceDifference(existing, holder) === 'lacks') throw fixedServices(group);
      },
    );
  }

  async update(launch: Omit<PreparedLaunch, 'shell'>, added: readonly string[]): Promise<void> {
    const files = new DockerFiles(launch.folder);
    const shell = await readShell(files, launch.record.name);
    await writeCalls(files, { ...launch, shell: withSiblingSecrets(shell, launch.resolved) }, ownOwner());
    for (const file of readdirSync(files.runs)) {
      const run = parseRunFile(file);
      if (run !== undefined && added.includes(run.key)) await rm(join(files.runs, file), { force: true });
    }
  }

  open(experiment: RunnerContext): ExperimentRunner {
    return new DockerRuns(experiment, this.#link(factsOf(experiment.record).endpoint), ownOwner());
  }

  async endDamaged(folder: string, traces: Partial<LaunchTraces>): Promise<readonly string[]> {
    const found = findDamagedLaunch(folder, traces);
    if (found === undefined) return [];
    try {
      return await endLaunch(this.#link(found.endpoint).client, found.launchId);
    } catch (error) {
      return [messageOf(error)];
    }
  }

  async keepDamagedLogs(
    folder: string,
    traces: Partial<LaunchTraces>,
    keeping: LogKeeping,
  ): Promise<readonly string[]> {
    const found = findDamagedLaunch(folder, traces);
    if (found === undefined) return ['logs are not kept: it is not known which engine has them'];
    const { client } = this.#link(found.endpoint);
    return keepLogs(client, await client.listContainers({ [labels.launch]: found.launchId }), keeping);
  }

  async removeDamaged(folder: string, traces: Partial<LaunchTraces>): Promise<readonly string[]> {
    const found = findDamagedLaunch(folder, traces);
    if (found === undefined) return [unknownEngine(basename(folder))];
    return removeLaunch(this.#link(found.endpoint).client, found.launchId, ownOwner());
  }

  #link(endpoint: EngineEndpoint): EngineLink {
    const key = JSON.stringify(endpoint);
    const known = this.#links.get(key);
    if (known !== undefined) return known;
    const link = new EngineLink(endpoint, ownOwner().owner);
    this.#links.set(key, link);
    return link;
  }
}

function fixedServices(group: string): SymphonyError {
  const what = `The services of group ${group} cannot change while its processes run: their names and ports are fixed when the first of them starts.`;
  const hint = advise(
    (say) =>
      `Scale whole groups (${say.either('GROUP=N', '{ group: number }')}); or stop the processes of ${group}, scale, and restart them; or launch the experiment again with ${say.option('force')}.`,
  );
  return new SymphonyError('conflict', what, { hint });
}
