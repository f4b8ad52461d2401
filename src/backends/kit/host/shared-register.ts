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
    return this.#read().held;
  }

  /**
   * Changes the entries under a lock, so that two launches never choose the same. Writes nothing if `change` rejects, or
   * gives back the entries that it got and the file has no others.
   */
  async update<Result>(
    change: (entries: Entries<Holder>) => Promise<{ entries: Entries<Holder>; result: Result }>,
  ): Promise<Result> {
    return withFileLock(`${this.#path}.lock`, async () => {
      const { held, isExact } = this.#read();
      const { entries, result } = await change(held);
      // An entry whose folder is gone would count again if an experiment of the same name is launched.
      if (entries === held && isExact) return result;
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

  /** @returns the entries still held, and whether the file has no others */
  #read(): { readonly held: Entries<Holder>; readonly isExact: boolean } {
    try {
      const { boot, [this.#name]: stored } = JSON.parse(readFileSync(this.#path, 'utf8')) as Record<string, unknown>;
      if (boot !== machineIdentity().boot) return { held: {}, isExact: true };
      const entries = Object.entries(stored as Entries<Holder>);
      const held = entries.filter(([, { folder }]) => existsSync(folder));
      return { held: Object.fromEntries(held), isExact: held.length === entries.length };
    } catch {
      return { held: {}, isExact: true };
    }
  }

  get #path(): string {
    return join(runtimeFolder(), `${this.#name}.json`);
  }
}
