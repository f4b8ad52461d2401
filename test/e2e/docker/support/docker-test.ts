import { test as base } from 'vitest';
import { findEndpoint } from '../../../../src/backends/docker/api/connection/find-endpoint.ts';
import { EngineClient } from '../../../../src/backends/docker/api/engine-client.ts';
import type { ListedContainer } from '../../../../src/backends/docker/api/engine-objects.ts';
import { labels, runOf } from '../../../../src/backends/docker/containers/labels.ts';
import type { ExperimentDescription } from '../../../../src/engine/contract/backend.ts';
import type { ProcessSpec } from '../../../../src/engine/spec/experiment-spec.ts';
import { Session } from '../../../support/session.ts';
import { temporaryHome } from '../../../support/temporary-home.ts';
import { OwnEngine } from './own-engine.ts';

export const image = 'docker.io/testcluster/node:1';

/** A user of the docker backend, on the engine that DOCKER_HOST names, with a client of the engine beside it. */
export class DockerSession extends Session {
  readonly engine: EngineClient;

  constructor(place: ConstructorParameters<typeof Session>[0], engine: EngineClient) {
    super(place);
    this.env.SYMPHONY_BACKEND = 'docker';
    this.engine = engine;
  }

  /** Launches processes that need no folder of this machine. */
  async start(name: string, processes: Readonly<Record<string, ProcessSpec>>, draft: object = {}): Promise<void> {
    await this.launch(name, { image, startDir: '/', processes, ...draft });
  }

  /** The containers of an experiment's launch. */
  async containers(experiment: string): Promise<readonly ListedContainer[]> {
    const { launchId } = await this.json<ExperimentDescription>(['describe', experiment]);
    return this.engine.listContainers({ [labels.launch]: launchId });
  }

  /** The id of the container of a run. */
  async container(experiment: string, key: string, run = 1): Promise<string> {
    const found = (await this.containers(experiment)).find(({ Labels }) => {
      const own = runOf(Labels);
      return own?.key === key && own.run === run;
    });
    if (found === undefined) throw new Error(`There is no container of run ${run} of ${key}.`);
    return found.Id;
  }
}

/** Deletes what a session launched, and fails if anything is left. @param isFailed whether its test has failed already */
async function endSession(session: DockerSession, isFailed: boolean): Promise<void> {
  const { engine } = session;
  try {
    if (isFailed) return;
    // Those of others, on the same engine, have a reason.
    const own = (await session.experiments()).filter(({ reason = '' }) => !/use symphony there/.test(reason));
    const launches = await Promise.all(
      own.map(async ({ name }) => (await session.json<ExperimentDescription>(['describe', name])).launchId),
    );
    for (const { name } of own) await session.delete(name);
    for (const launch of launches) {
      const filter = { [labels.launch]: launch };
      const left = [...(await engine.listContainers(filter)), ...(await engine.listNetworks(filter))];
      if (left.length > 0) throw new Error(`This is left: ${JSON.stringify(left)}.`);
    }
    await session.place.expectNothingLeft();
  } finally {
    await session.place.remove();
  }
}

/** A test with its own session, which deletes what it launched, and fails if anything is left. */
export const test = base.extend('session', async ({ task }, { onCleanup }) => {
  const engine = new EngineClient(await findEndpoint());
  const session = new DockerSession(await temporaryHome(), engine);
  onCleanup(() => endSession(session, task.result?.state === 'fail').finally(() => engine.close()));
  return session;
});

/** The same on an engine of the test's own, which it may stop and kill. */
export const ownEngineTest = base
  .extend('own', async ({ task: _task }, { onCleanup }) => {
    const own = await OwnEngine.create();
    onCleanup(() => own.remove());
    return own;
  })
  .extend('session', async ({ task, own }, { onCleanup }) => {
    const session = new DockerSession(await temporaryHome(), own.client);
    session.env.DOCKER_HOST = own.host;
    onCleanup(() => endSession(session, task.result?.state === 'fail'));
    return session;
  });
