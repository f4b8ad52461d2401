import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../../engine/contract/errors.ts';
import type { ResolvedService } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { LaunchTraces } from '../../supervision/records/experiment-record.ts';
import { withSiblingSecrets } from '../../supervision/runs/launching-shell.ts';
import type {
  ExperimentRunner,
  PreparedLaunch,
  Runner,
  RunnerContext,
  ServiceHosts,
} from '../../supervision/runs/runner.ts';
import type { EngineEndpoint } from '../api/connection/engine-endpoint.ts';
import { isPublished, readFacts, visitHost } from '../containers/launch-facts.ts';
import { findBegunRuns, parseRunFile } from './begun-runs.ts';
import { DockerFiles } from './docker-files.ts';
import { DockerRuns } from './docker-runs.ts';
import { EngineLink } from './engine-link.ts';
import { removeLaunch } from './launch-objects.ts';
import { ownOwner } from './own-owner.ts';
import { buildCalls, factsOf, readShell, writeCalls } from './prepare-launch.ts';

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
    await writeCalls(new DockerFiles(launch.folder), launch, ownOwner());
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

  async endDamaged(_folder: string, { launchId, options }: Partial<LaunchTraces>): Promise<readonly string[]> {
    const facts = readFacts(options);
    if (facts === undefined || launchId === undefined) return [];
    try {
      await removeLaunch(this.#link(facts.endpoint).client, launchId, ownOwner());
      return [];
    } catch (error) {
      return [messageOf(error)];
    }
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
