import type { ExperimentFolder } from './experiment-folder.ts';
import { notStarted, type ProcessRuntime } from './process-runtime.ts';
import type { ExperimentRuntime } from './process-status.ts';
import { readRuntime, StateWriter } from './state-file.ts';

/** Changes that come within so long are told together. */
const changeMilliseconds = 20;
/** Writing is dearer than telling, and what is lost with a supervisor is found again in the files of the runs. */
const saveMilliseconds = 100;

/** What is known of one experiment's processes: kept in memory, written to its state file, and told to who listens. */
export class ExperimentState {
  readonly #runtimes: Map<string, ProcessRuntime>;
  readonly #writer: StateWriter;
  readonly #onChange: (keys: ReadonlySet<string>) => void;
  readonly #changed = new Set<string>();
  readonly #waiters = new Set<() => void>();
  #changeTimer: NodeJS.Timeout | undefined;
  #saveTimer: NodeJS.Timeout | undefined;
  #flags: Omit<ExperimentRuntime, 'processes' | 'notes'>;
  #notes: readonly string[];
  #unsaved = false;
  #isClosed = false;

  /** Begins with what the folder's state file has. `onChange` is given the keys of the processes that changed. */
  constructor(folder: ExperimentFolder, keys: readonly string[], onChange: (keys: ReadonlySet<string>) => void) {
    const { processes, notes, ...flags } = readRuntime(folder, keys);
    this.#runtimes = new Map(keys.map((key) => [key, processes[key] ?? notStarted]));
    this.#flags = flags;
    this.#notes = notes;
    this.#onChange = onChange;
    this.#writer = new StateWriter(folder, () => this.runtime());
  }

  get flags(): Omit<ExperimentRuntime, 'processes' | 'notes'> {
    return this.#flags;
  }

  /** Whether the disk lacks something, because writing failed. */
  get isUnsaved(): boolean {
    return this.#unsaved;
  }

  get keys(): readonly string[] {
    return [...this.#runtimes.keys()];
  }

  get(key: string): ProcessRuntime {
    return this.#runtimes.get(key) ?? notStarted;
  }

  /** The keys of processes of which this is true. */
  where(isTrue: (runtime: ProcessRuntime) => boolean): string[] {
    return [...this.#runtimes].filter(([, runtime]) => isTrue(runtime)).map(([key]) => key);
  }

  set(key: string, runtime: ProcessRuntime): void {
    this.#runtimes.set(key, runtime);
    this.#changed.add(key);
    this.#touch();
    for (const check of [...this.#waiters]) check();
  }

  setFlags(flags: Partial<ExperimentRuntime>): void {
    this.#flags = { ...this.#flags, ...flags };
    this.#touch();
  }

  /** Something that whoever describes the experiment should read. */
  note(text: string): void {
    if (!this.#notes.includes(text)) this.#notes = [...this.#notes, text].slice(-20);
    this.#touch();
  }

  runtime(): ExperimentRuntime {
    return { ...this.#flags, processes: Object.fromEntries(this.#runtimes), notes: this.#notes };
  }

  /** Resolves when this is true after some change, or when the time is over. */
  until(isTrue: () => boolean, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiters.delete(check);
        resolve();
      };
      const check = () => {
        if (isTrue()) done();
      };
      const timer = setTimeout(done, milliseconds);
      this.#waiters.add(check);
      check();
    });
  }

  /** Resolves when everything is on the disk. Throws what the disk says. */
  async write(): Promise<void> {
    await this.#writer.write();
    this.#unsaved = false;
  }

  /** The same, but what the disk refuses is remembered, to be tried again. */
  async save(): Promise<void> {
    await this.write().catch(() => {
      this.#unsaved = true;
    });
  }

  /** From now on changes are neither told nor written by themselves. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#changeTimer);
    clearTimeout(this.#saveTimer);
    this.#changeTimer = undefined;
    this.#saveTimer = undefined;
  }

  /** Takes back a `close`. */
  open(): void {
    this.#isClosed = false;
    this.#touch();
  }

  #touch(): void {
    if (this.#isClosed) return;
    this.#changeTimer ??= setTimeout(() => {
      this.#changeTimer = undefined;
      const keys = new Set(this.#changed);
      this.#changed.clear();
      this.#onChange(keys);
    }, changeMilliseconds);
    this.#saveTimer ??= setTimeout(() => {
      this.#saveTimer = undefined;
      void this.save();
    }, saveMilliseconds);
  }
}
