import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { phraseOf } from '../../../engine/contract/errors.ts';
import { writeFileAtomic } from '../../../engine/files/atomic-file.ts';
import type { LaunchTraces } from '../../supervision/records/experiment-record.ts';
import type { EngineEndpoint } from '../api/connection/engine-endpoint.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { type ListedContainer, phaseOf } from '../api/engine-objects.ts';
import { inParallel } from '../api/in-parallel.ts';
import { labels, runOf } from '../containers/labels.ts';
import { readFacts } from '../containers/launch-facts.ts';
import { DockerFiles } from './docker-files.ts';

/** How long a container may take to end after SIGTERM, whose own stop signal is not known, and then after SIGKILL. */
const stopMilliseconds = 10_000;
const askMilliseconds = 100;

/** What finds a launch on its engine. */
export interface DamagedLaunch {
  readonly launchId: string;
  readonly endpoint: EngineEndpoint;
}

/** Keeps what finds a launch on its engine apart from its record. */
export async function writeTraces(
  files: DockerFiles,
  { launchId, options }: Pick<LaunchTraces, 'launchId' | 'options'>,
): Promise<void> {
  await writeFileAtomic(files.tracesFile, JSON.stringify({ launchId, options }));
}

/**
 * Finds a launch whose record cannot be used.
 * @param folder of the experiment
 * @param traces what is readable of the record
 * @returns undefined if its engine is not known
 */
export function findDamagedLaunch(folder: string, traces: Partial<LaunchTraces>): DamagedLaunch | undefined {
  return toLaunch(traces) ?? toLaunch(readTraces(new DockerFiles(folder)));
}

/** What a deletion says if the engine is not known. */
export function unknownEngine(experiment: string): string {
  const list = `docker ps --all --filter label=${labels.experiment}=${experiment}`;
  return `its containers may remain, because it is not known which engine has them; find them there with: ${list}`;
}

/**
 * Ends the containers of a launch. Those that hold something for others end when they are removed.
 * @returns what could not be ended, in words
 */
export async function endLaunch(client: EngineClient, launchId: string): Promise<readonly string[]> {
  const leftovers: string[] = [];
  const containers = await client.listContainers({ [labels.launch]: launchId });
  const running = containers.filter(({ Labels, State }) => runOf(Labels) !== undefined && phaseOf(State) === 'up');
  await inParallel(running, async (container) => {
    const problem = await endContainer(client, container).catch(phraseOf);
    if (problem !== undefined) leftovers.push(`container ${container.Names[0]?.slice(1) ?? container.Id}: ${problem}`);
  });
  return leftovers;
}

async function endContainer(client: EngineClient, { Id: id, State: state }: ListedContainer) {
  if (state === 'paused') await client.unpause(id);
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    await client.kill(id, signal);
    const deadline = performance.now() + stopMilliseconds;
    while (performance.now() < deadline) {
      const container = await client.inspect(id);
      if (container === undefined || phaseOf(container.State.Status) !== 'up') return undefined;
      await delay(askMilliseconds);
    }
  }
  return 'it does not end';
}

function toLaunch({ launchId, options }: Partial<LaunchTraces>): DamagedLaunch | undefined {
  const endpoint = readEndpoint(options);
  return launchId === undefined || endpoint === undefined ? undefined : { launchId, endpoint };
}

function readEndpoint(options: LaunchTraces['options']): EngineEndpoint | undefined {
  try {
    return readFacts(options)?.endpoint;
  } catch {
    return undefined;
  }
}

function readTraces(files: DockerFiles): Partial<LaunchTraces> {
  try {
    return JSON.parse(readFileSync(files.tracesFile, 'utf8')) as Partial<LaunchTraces>;
  } catch {
    return {};
  }
}
