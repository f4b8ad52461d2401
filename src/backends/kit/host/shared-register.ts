import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../engine/files/atomic-file.ts';
import { withFileLock } from '../../../engine/files/file-lock.ts';
import { machineIdentity } from './machine-identity.ts';
import { runtimeFolder } from './runtime-folder.ts';

/** The holder of something that this machine has once. It holds no longer than its experiment's folder exists. */
export interface RegisterHolder {
  readonly experiment: string;
  readonly folder: string;
}

type Entries<Holder> = Readonly<Record<string, Holder>>;

/**
 * A register of what this user's experiments on this machine hold, such as ports, in a file that all supervisors share.
 * A restart of the machine releases everything.
 */
export class SharedRegister<Holder extends RegisterHolder> {
  readonly #name: string;

  /** @param name of its file and of the field that holds the entries: `ports` */
  constructor(name: string) {
    this.#name = name;
  }

  /** The entries still held. */
  read(): Entries<Holder> {
    try {
      const { boot, [this.#name]: entries } = JSON.parse(readFileSync(this.#path, 'utf8')) as Record<string, unknown>;
      if (boot !== machineIdentity().boot) return {};
      const held = Object.entries(entries as Entries<Holder>).filter(([, holder]) => existsSync(holder.folder));
      return Object.fromEntries(held);
    } catch {
      return {};
    }
  }

  /**
   * Changes the entries under a lock, so that two launches never choose the same. Writes nothing if `change` rejects, or
   * gives back the entries that it got.
   */
  async update<Result>(
    change: (entries: Entries<Holder>) => Promise<{ entries: Entries<Holder>; result: Result }>,
  ): Promise<Result> {
    return withFileLock(`${this.#path}.lock`, async () => {
      const before = this.read();
      const { entries, result } = await change(before);
      if (entries === before) return result;
      await writeFileAtomic(this.#path, JSON.stringify({ boot: machineIdentity().boot, [this.#name]: entries }));
      return result;
    });
  }

  /** Releases everything that an experiment holds. @param folder of the experiment */
  async release(folder: string): Promise<void> {
    await this.update((entries) => {
      const left = Object.entries(entries).filter(([, holder]) => holder.folder !== folder);
      const isChanged = left.length < Object.keys(entries).length;
      return Promise.resolve({ entries: isChanged ? Object.fromEntries(left) : entries, result: undefined });
    });
  }

  get #path(): string {
    return join(runtimeFolder(), `${this.#name}.json`);
  }
}
