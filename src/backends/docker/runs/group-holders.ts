import { readFile } from 'node:fs/promises';
import type { EngineClient } from '../api/engine-client.ts';
import { isStatus } from '../api/engine-error.ts';
import { holderName, type LaunchName } from '../containers/object-names.ts';
import { ensureHolderImage } from '../images/holder-image.ts';
import type { DockerFiles } from './docker-files.ts';

/** The containers that hold the networks of an experiment's process groups, each there while processes of its group run. */
export class GroupHolders {
  readonly #client: EngineClient;
  readonly #launch: LaunchName;
  readonly #files: DockerFiles;
  /** The groups whose holders run, as far as is known. */
  readonly #running = new Set<string>();
  /** Steps of one group follow each other. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(client: EngineClient, launch: LaunchName, files: DockerFiles) {
    this.#client = client;
    this.#launch = launch;
    this.#files = files;
  }

  /** Notes that the holder of a group was seen running. */
  note(group: string): void {
    this.#running.add(group);
  }

  /** Resolves once the holder of a group runs. */
  ensure(group: string): Promise<void> {
    return this.#inTurn(group, async () => {
      this.#running.add(group);
      const name = holderName(this.#launch, group);
      const existing = await this.#client.inspect(name);
      if (existing?.State.Running) return;
      if (existing === undefined) {
        await ensureHolderImage(this.#client);
        const call: unknown = JSON.parse(await readFile(this.#files.holderFile(group), 'utf8'));
        await this.#client.createContainer(name, call).catch((error: unknown) => {
          if (!isStatus(error, 409)) throw error;
        });
      }
      await this.#client.start(name);
    });
  }

  /** Ends the holders of groups that need none. Never rejects: a later call tries again. */
  async releaseUnused(isNeeded: (group: string) => boolean): Promise<void> {
    await Promise.all(
      [...this.#running].map((group) =>
        this.#inTurn(group, async () => {
          if (isNeeded(group)) return;
          await this.#client.kill(holderName(this.#launch, group), 'SIGKILL');
          this.#running.delete(group);
        }).catch(() => undefined),
      ),
    );
  }

  #inTurn(group: string, step: () => Promise<void>): Promise<void> {
    const result = (this.#last.get(group) ?? Promise.resolve()).then(step);
    this.#last.set(
      group,
      result.catch(() => undefined),
    );
    return result;
  }
}
