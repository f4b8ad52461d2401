import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { EngineClient } from '../api/engine-client.ts';
import { isStatus } from '../api/engine-error.ts';
import type { Container } from '../api/engine-objects.ts';
import { serviceDifference } from '../containers/holder-call.ts';
import { memoryArchive } from '../containers/memory-archive.ts';
import { holderName, type LaunchName, pastName } from '../containers/object-names.ts';
import { secretsHolder } from '../containers/secret-volumes.ts';
import { ensureHolderImage } from '../images/holder-image.ts';
import type { DockerFiles } from '../launch/docker-files.ts';
import type { GroupCalls, SecretCalls } from '../launch/prepare-launch.ts';

interface HolderPlan {
  readonly call: unknown;
  fill(): Promise<void>;
  fits?(existing: Container): boolean;
}

/**
 * The containers that hold something for the processes of an experiment, each there while one of these runs: the network
 * and volumes of a process group, under its name, and the secret files, under `secretsHolder`.
 */
export class Holders {
  readonly #client: EngineClient;
  readonly #launch: LaunchName;
  readonly #files: DockerFiles;
  /** Those that run, as far as is known. */
  readonly #running = new Set<string>();
  /** Those that were filled by this supervisor: an earlier one may have been killed before it came to that. */
  readonly #filled = new Set<string>();
  /** Steps of one holder follow each other. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(client: EngineClient, launch: LaunchName, files: DockerFiles) {
    this.#client = client;
    this.#launch = launch;
    this.#files = files;
  }

  /** Notes that a holder was seen running. */
  note(held: string): void {
    this.#running.add(held);
  }

  /** Notes that a holder was seen ended. */
  forget(held: string): void {
    this.#running.delete(held);
  }

  /** The container of a holder; undefined if there is none. */
  find(held: string): Promise<Container | undefined> {
    return this.#client.inspect(holderName(this.#launch, held));
  }

  /** Resolves once the network and the volumes of a group are there. */
  ensureGroup(group: string): Promise<void> {
    return this.#ensure(group, async (name) => {
      const text = await readFile(this.#files.holderFile(group), 'utf8');
      const { volumes, holder } = JSON.parse(text) as GroupCalls;
      for (const { call } of volumes) await this.#client.createVolume(call);
      const fill = async () => {
        if (volumes.length === 0) return;
        // The processes may run as any users.
        const folders = volumes.map(({ heldFolder }) => ({ path: heldFolder, content: null, mode: 0o1777 }));
        await this.#client.upload(name, '/', Readable.from([await memoryArchive(folders)]));
      };
      return { call: holder, fill, fits: (existing) => serviceDifference(existing, holder) === undefined };
    });
  }

  /** Resolves once the secret files are there. */
  ensureSecrets(): Promise<void> {
    return this.#ensure(secretsHolder, async (name) => {
      const text = await readFile(this.#files.secretsFile, 'utf8');
      const { volumes, holder } = JSON.parse(text) as Omit<SecretCalls, 'archives'>;
      for (const volume of volumes) await this.#client.createVolume(volume);
      const fill = async () => {
        for (const index of volumes.keys())
          await this.#client.upload(name, '/', createReadStream(this.#files.secretsArchive(index)));
      };
      return { call: holder, fill };
    });
  }

  /** Ends the holders that are not needed. Never rejects: a later call tries again. */
  async releaseUnused(isNeeded: (held: string) => boolean): Promise<void> {
    await Promise.all(
      [...this.#running].map((held) =>
        this.#inTurn(held, async () => {
          if (isNeeded(held)) return;
          await this.#client.kill(holderName(this.#launch, held), 'SIGKILL');
          this.#running.delete(held);
        }).catch(() => undefined),
      ),
    );
  }

  /**
   * @param prepare makes what the holder needs, and says how it is filled each time that it is started, and whether one that
   *   has ended can be started again
   */
  #ensure(held: string, prepare: (name: string) => Promise<HolderPlan>): Promise<void> {
    return this.#inTurn(held, async () => {
      this.#running.add(held);
      const name = holderName(this.#launch, held);
      const existing = await this.#client.inspect(name);
      if (existing?.State.Running && this.#filled.has(held)) return;
      const { call, fill, fits } = await prepare(name);
      const isObsolete = existing !== undefined && !existing.State.Running && fits?.(existing) === false;
      // The services of its group have changed since. Podman does not remove it before the containers that had joined it.
      if (isObsolete) await this.#client.rename(existing.Id, pastName(name, existing.Id));
      if (existing === undefined || isObsolete) {
        await ensureHolderImage(this.#client);
        await this.#client.createContainer(name, call).catch((error: unknown) => {
          if (!isStatus(error, 409)) throw error;
        });
      }
      await this.#client.start(name);
      await fill();
      this.#filled.add(held);
    });
  }

  #inTurn(held: string, step: () => Promise<void>): Promise<void> {
    const result = (this.#last.get(held) ?? Promise.resolve()).then(step);
    this.#last.set(
      held,
      result.catch(() => undefined),
    );
    return result;
  }
}
