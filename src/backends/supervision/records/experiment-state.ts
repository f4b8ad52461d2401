import { notStarted, type ProcessRuntime } from '../../../engine/rules/process-runtime.ts';
import type { EventRecorder } from '../events/event-recorder.ts';
import type { ExperimentFolder } from './experiment-folder.ts';
import type { ExperimentRuntime } from './experiment-runtime.ts';
import { StateWriter } from './state-file.ts';

/** Changes within this interval are reported together. */
const changeMilliseconds = 20;
/** Saving is more expensive than reporting, and unsaved changes can be recovered from the files of the runs. */
const saveMilliseconds = 100;

/**
 * The state of one experiment's processes: held in memory, written to the state file, and reported to the listener. Its
 * changes are events, which are written first.
 */
export class ExperimentState {
  readonly #runtimes: Map<string, ProcessRuntime>;
  readonly #writer: StateWriter;
  readonly #events: EventRecorder;
  readonly #onChange: (keys: ReadonlySet<string>) => void;
  readonly #changed = new Set<string>();
  readonly #waiters = new Set<() => void>();
  #changeTimer: NodeJS.Timeout | undefined;
  #saveTimer: NodeJS.Timeout | undefined;
  #flags: Omit<ExperimentRuntime, 'processes' | 'notes'>;
  #notes: readonly string[];
  #unsaved = false;
  #isClosed = false;

  /** Starts from a stored runtime. `onChange` receives the keys of changed processes. */
  constructor(
    folder: ExperimentFolder,
    keys: readonly string[],
    stored: ExperimentRuntime,
    events: EventRecorder,
    onChange: (keys: ReadonlySet<string>) => void,
  ) {
    const { processes, notes, ...flags } = stored;
    this.#runtimes = new Map(keys.map((key) => [key, processes[key] ?? notStarted]));
    this.#flags = flags;
    this.#notes = notes;
    this.#events = events;
    this.#onChange = onChange;
    this.#writer = new StateWriter(folder, () => this.runtime());
  }

  get flags(): Omit<ExperimentRuntime, 'processes' | 'notes'> {
    return this.#flags;
  }

  /** Whether a failed write left the state file outdated. */
  get isUnsaved(): boolean {
    return this.#unsaved;
  }

  get keys(): readonly string[] {
    return [...this.#runtimes.keys()];
  }

  get(key: string): ProcessRuntime {
    return this.#runtimes.get(key) ?? notStarted;
  }

  /** The keys of processes that satisfy a condition. */
  where(predicate: (runtime: ProcessRuntime) => boolean): string[] {
    return [...this.#runtimes].filter(([, runtime]) => predicate(runtime)).map(([key]) => key);
  }

  set(key: string, runtime: ProcessRuntime): void {
    this.#events.changed(key, this.get(key), runtime);
    this.#runtimes.set(key, runtime);
    this.#changed.add(key);
    this.#scheduleUpdates();
    for (const check of [...this.#waiters]) check();
  }

  setFlags(flags: Partial<ExperimentRuntime>): void {
    this.#flags = { ...this.#flags, ...flags };
    this.#scheduleUpdates();
  }

  /** Adds a note to the description of the experiment. */
  note(text: string): void {
    if (!this.#notes.includes(text)) {
      this.#notes = [...this.#notes, text].slice(-20);
      this.#events.record({ kind: 'warning', reason: 'Note', message: text });
    }
    this.#scheduleUpdates();
  }

  runtime(): ExperimentRuntime {
    return { ...this.#flags, processes: Object.fromEntries(this.#runtimes), notes: this.#notes };
  }

  /** Resolves when the condition holds, or when the time is over. */
  until(predicate: () => boolean, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiters.delete(check);
        resolve();
      };
      const check = () => {
        if (predicate()) done();
      };
      const timer = setTimeout(done, milliseconds);
      this.#waiters.add(check);
      check();
    });
  }

  /** Resolves when everything is written. Rejects with the error of the write. */
  async write(): Promise<void> {
    this.#events.flush();
    await this.#writer.write();
    this.#unsaved = false;
  }

  /** Like `write`, but never rejects: a failed write is remembered and retried later. */
  async save(): Promise<void> {
    await this.write().catch(() => {
      this.#unsaved = true;
    });
  }

  /** Stops reporting and saving changes automatically. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#changeTimer);
    clearTimeout(this.#saveTimer);
    this.#changeTimer = undefined;
    this.#saveTimer = undefined;
  }

  /** Undoes `close`. */
  open(): void {
    this.#isClosed = false;
    this.#scheduleUpdates();
  }

  #scheduleUpdates(): void {
    if (this.#isClosed) return;
    this.#changeTimer ??= setTimeout(() => {
      this.#changeTimer = undefined;
      this.#events.flush();
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
