import type { ClusterEvent } from '../../../engine/contract/events.ts';
import { parseProcessKey, processKey } from '../../../engine/contract/process-key.ts';
import { type ProcessEvent, processEvents, stateEvent } from '../../../engine/rules/process-events.ts';
import type { ProcessRuntime } from '../../../engine/rules/process-runtime.ts';
import { shortHash } from '../../../engine/text/short-hash.ts';
import { EventFileWriter, readEvents } from './event-files.ts';

/** An event to record. Its time is now, and it is `normal`, unless it says otherwise. */
export interface EventToRecord
  extends Pick<ClusterEvent, 'reason' | 'message'>,
    Partial<Pick<ClusterEvent, 'process' | 'run' | 'state' | 'kind' | 'time'>> {
  /**
   * The event tells what follows from the state, such as a rule that was applied. A supervisor that takes over after a crash
   * finds it again; it is recorded once nevertheless.
   */
  readonly isDerived?: boolean;
}

/** Events that could not be written yet; older ones are dropped. */
const maxUnwritten = 2_000;
/** For each process, the newest events that are recognized when they are found again. */
const maxKnownPerProcess = 32;
const maxMessageCharacters = 4_000;

/**
 * Records what happens to one experiment in files beside its record. Events are written before the state that follows from
 * them, and a supervisor that takes over derives the events of the stored state again: so none is missed after a crash, and
 * since those have the same id, none is recorded twice. What cannot be written is tried again later, and harms nothing else.
 */
export class EventRecorder {
  readonly #launchId: string;
  readonly #writer: EventFileWriter;
  /** What is known of the events of each process, by its key; by '' of those of the experiment. */
  readonly #known = new Map<string, { readonly ids: readonly string[]; readonly lastTime: string }>();
  #unwritten: ClusterEvent[] = [];
  #dropped = 0;
  #counter = 0;
  #isClosed = false;

  /**
   * @param folder of the experiment
   * @param runtimes the stored state, by process key: the events of it are recorded unless they are already
   */
  constructor(folder: string, launchId: string, runtimes: Readonly<Record<string, ProcessRuntime>>) {
    this.#launchId = launchId;
    this.#writer = new EventFileWriter(folder);
    for (const event of readEvents(folder)) this.#remember(event);
    const now = Date.now();
    for (const [key, runtime] of Object.entries(runtimes)) {
      if (runtime.state !== 'pending') this.#add(key, stateEvent(runtime, now));
    }
  }

  /** Whether a failed write left events unwritten. */
  get hasUnwritten(): boolean {
    return this.#unwritten.length > 0;
  }

  /** Records an act of a user, or a rule that was applied. */
  record({ isDerived = false, ...event }: EventToRecord): void {
    const { time = new Date().toISOString(), kind = 'normal' } = event;
    const whole = { ...event, time, kind, message: event.message.slice(0, maxMessageCharacters) };
    if (isDerived) this.#enter(whole);
    else this.#enter(whole, `${time} ${process.pid} ${this.#counter++}`);
  }

  /** Records what a change of a process's runtime means. */
  changed(key: string, before: ProcessRuntime, after: ProcessRuntime): void {
    for (const event of processEvents(before, after, Date.now())) this.#add(key, event);
  }

  /** Writes what was recorded; a failed write is tried again by the next flush. Never throws. */
  flush(): void {
    if (this.#isClosed || this.#unwritten.length === 0) return;
    const dropped = this.#dropped;
    const events = this.#unwritten;
    try {
      this.#writer.append(dropped === 0 ? events : [this.#lossEvent(dropped), ...events]);
      this.#unwritten = [];
      this.#dropped = 0;
    } catch {
      // The disk is full, or the folder was removed.
    }
  }

  /** Ends writing; the folder may be removed. */
  close(): void {
    this.flush();
    this.#isClosed = true;
  }

  /** Undoes `close`. */
  open(): void {
    this.#isClosed = false;
  }

  #add(key: string, event: ProcessEvent): void {
    this.#enter({ ...event, process: parseProcessKey(key) });
  }

  /** @param discriminator distinguishes an event from others that say the same; undefined if there can be only one */
  #enter(event: Omit<ClusterEvent, 'id' | 'count'>, discriminator?: string): void {
    const { process: reference, run, reason, message } = event;
    const place = reference === undefined ? '' : processKey(reference);
    const id = shortHash(JSON.stringify([this.#launchId, place, run, reason, message, discriminator]));
    const known = this.#known.get(place);
    if (known?.ids.includes(id)) return;
    const { time: said, ...rest } = event;
    // A run may have ended before the supervisor noticed that it had begun: the order of the states counts.
    const time = known !== undefined && said < known.lastTime ? known.lastTime : said;
    const whole = { id, time, ...(reference === undefined ? {} : { process: reference }), ...rest, count: 1 };
    this.#remember(whole);
    this.#unwritten.push(whole);
    if (this.#unwritten.length <= maxUnwritten) return;
    this.#unwritten.shift();
    this.#dropped += 1;
  }

  #remember({ id, time, process: reference }: ClusterEvent): void {
    const place = reference === undefined ? '' : processKey(reference);
    const ids = [...(this.#known.get(place)?.ids ?? []), id].slice(-maxKnownPerProcess);
    this.#known.set(place, { ids, lastTime: time });
  }

  #lossEvent(dropped: number): ClusterEvent {
    const time = new Date().toISOString();
    const message = `${dropped} earlier events were lost, because they could not be written`;
    return {
      id: shortHash(`${this.#launchId} ${time} ${message}`),
      time,
      kind: 'warning',
      reason: 'EventsLost',
      message,
      count: 1,
    };
  }
}
