import type { ClusterEvent } from '../../../engine/contract/events.ts';
import { parseProcessKey, processKey } from '../../../engine/contract/process-key.ts';
import { isFinal } from '../../../engine/contract/status.ts';
import { type ProcessEvent, processEvents, stateEvent } from '../../../engine/rules/process-events.ts';
import type { ProcessRuntime } from '../../../engine/rules/process-runtime.ts';
import { countOf } from '../../../engine/text/sentences.ts';
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

/** What is known of the events of one process. */
interface KnownEvents {
  readonly ids: readonly string[];
  readonly lastTime: string;
  /** The newest event that said that the process has ended for good. */
  readonly end?: { readonly id: string; readonly run: number; readonly scalings: number };
  /** The id of the end after which its runs count from 1 again: a replica that was removed and comes back. */
  readonly life?: string;
}

/**
 * Records what happens to one experiment in files beside its record. Events are written before the state that follows from
 * them, and a supervisor that takes over derives the events of the stored state again: so none is missed after a crash, and
 * since those have the same id, none is recorded twice. What cannot be written is tried again later, and harms nothing else.
 */
export class EventRecorder {
  readonly #launchId: string;
  readonly #writer: EventFileWriter;
  /** What is known of the events of each process, by its key; by '' of those of the experiment. */
  readonly #known = new Map<string, KnownEvents>();
  #unwritten: ClusterEvent[] = [];
  #dropped = 0;
  #counter = 0;
  #isClosed = false;
  /** How many scalings are among the known events. */
  #scalings = 0;

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
    const known = this.#known.get(place);
    const said = [this.#launchId, place, run, reason, message, discriminator];
    const idIn = (life: string | undefined) => shortHash(JSON.stringify(life === undefined ? said : [...said, life]));
    const id = idIn(this.#lifeOf(event, known));
    if (known?.ids.includes(id)) return;
    const { time: toldTime, ...rest } = event;
    // A run may have ended before the supervisor noticed that it had begun: the order of the states counts.
    const time = known !== undefined && toldTime < known.lastTime ? known.lastTime : toldTime;
    const whole = { id, time, ...(reference === undefined ? {} : { process: reference }), ...rest, count: 1 };
    this.#remember(whole);
    this.#unwritten.push(whole);
    if (this.#unwritten.length <= maxUnwritten) return;
    this.#unwritten.shift();
    this.#dropped += 1;
  }

  #remember(event: ClusterEvent): void {
    const { id, time, process: reference, run = 0, state, reason } = event;
    if (reason === 'ScaleRequested') this.#scalings += 1;
    const place = reference === undefined ? '' : processKey(reference);
    const known = this.#known.get(place);
    const ids = [...(known?.ids ?? []), id].slice(-maxKnownPerProcess);
    const end = state !== undefined && isFinal(state) ? { id, run, scalings: this.#scalings } : known?.end;
    const life = this.#lifeOf(event, known);
    this.#known.set(place, { ids, lastTime: time, ...(end && { end }), ...(life !== undefined && { life }) });
  }

  /** The life of a process that an event belongs to; undefined for the first. */
  #lifeOf({ run = 0, state, reason }: EventToRecord, known: KnownEvents | undefined): string | undefined {
    const end = known?.end;
    const begins = state === 'starting' || reason === 'Waiting';
    const isBack = begins && end !== undefined && run <= end.run && this.#scalings > end.scalings;
    return isBack ? end.id : known?.life;
  }

  #lossEvent(dropped: number): ClusterEvent {
    const time = new Date().toISOString();
    const message = `${countOf(dropped, 'earlier event')} could not be written, and ${dropped === 1 ? 'is' : 'are'} lost`;
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
