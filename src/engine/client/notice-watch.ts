import type { NoticeKind } from '../contract/notices.ts';
import type { ExperimentSnapshot } from '../contract/watch.ts';
import { type DueNotice, dueNotices } from '../rules/notices.ts';

/** Changes within this time make one notice: processes often fail together. */
const gatherMilliseconds = 1_000;

/**
 * Finds the notices of experiments while a program watches them, and tells each once. It knows nothing of what another
 * program told.
 */
export class NoticeWatch {
  readonly #tell: (notice: DueNotice) => Promise<void>;
  readonly #wanted: readonly NoticeKind[] | undefined;
  /** By the experiment's name. */
  readonly #known = new Map<string, { readonly launch: string; readonly told: readonly string[] }>();
  /** Experiments with notices that are due soon. */
  readonly #due = new Map<string, ExperimentSnapshot>();
  readonly #ids = new Set<string>();
  readonly #telling = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param tell must not reject
   * @param wanted the kinds of notices; by default all
   */
  constructor(tell: (notice: DueNotice) => Promise<void>, wanted?: readonly NoticeKind[]) {
    this.#tell = tell;
    this.#wanted = wanted;
  }

  /** Takes the state of an experiment as known: what is as it is now calls for no notice. */
  begin(snapshot: ExperimentSnapshot): void {
    const { name, createdAt: launch } = snapshot.experiment;
    this.#known.set(name, { launch, told: dueNotices(snapshot, launch, [], this.#wanted).told });
  }

  /** Takes a change of an experiment. What is due is told soon, together with what follows at once. */
  see(snapshot: ExperimentSnapshot): void {
    const { name } = snapshot.experiment;
    if (this.#dueOf(snapshot).notices.length === 0) this.#due.delete(name);
    else {
      this.#due.set(name, snapshot);
      this.#timer ??= setTimeout(() => this.flush(), gatherMilliseconds);
    }
  }

  /** Tells what is due of an experiment that is gone, and forgets it. */
  forget(name: string): void {
    this.#flush(name);
    this.#known.delete(name);
  }

  /** Tells what is due now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const name of [...this.#due.keys()]) this.#flush(name);
  }

  /** Drops what is due and not told yet. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due.clear();
  }

  /** Tells what is due, and resolves once everything is told. */
  async end(): Promise<void> {
    this.flush();
    await Promise.all(this.#telling);
  }

  #flush(name: string): void {
    const snapshot = this.#due.get(name);
    this.#due.delete(name);
    if (snapshot === undefined) return;
    const { notices, told } = this.#dueOf(snapshot);
    this.#known.set(name, { launch: snapshot.experiment.createdAt, told });
    for (const notice of notices) {
      if (this.#ids.has(notice.id)) continue;
      this.#ids.add(notice.id);
      const telling = this.#tell(notice).finally(() => this.#telling.delete(telling));
      this.#telling.add(telling);
    }
  }

  #dueOf(snapshot: ExperimentSnapshot) {
    const { name, createdAt: launch } = snapshot.experiment;
    const known = this.#known.get(name);
    const told = known?.launch === launch ? known.told : [];
    return dueNotices(snapshot, `${name}\n${launch}`, told, this.#wanted);
  }
}
