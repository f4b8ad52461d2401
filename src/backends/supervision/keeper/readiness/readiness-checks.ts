import { existsSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { describeProgress } from '../../../../engine/shell/preamble-progress.ts';
import { compilePattern } from '../../../../engine/spec/pattern.ts';
import type { ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import { formatAddress } from '../../../../engine/text/format-address.ts';
import type { LaunchMark } from '../../../kit/host/process-members.ts';
import type { TableEntry } from '../../../kit/host/process-table.ts';
import { foreignListener } from '../../../kit/ports/foreign-listener.ts';
import type { Listener } from '../../../kit/ports/listening-ports.ts';
import { LogFile } from '../logs/log-file.ts';
import { readProgress } from '../runs/preamble-progress.ts';

/** A started run that is not ready yet. */
export interface RunToCheck {
  readonly process: ResolvedProcess;
  readonly mark: LaunchMark;
  readonly pid: number | undefined;
  /** As in /proc/PID/stat; '' where unknown. */
  readonly startTime: string;
  readonly services: readonly { readonly name: string; readonly host: string; readonly port: number }[];
  readonly launchFile: string;
  /** Where it writes down how far its preamble is. */
  readonly progressFile: string;
  readonly logFile: string;
  /** Offset in the log at which the run's output begins. */
  readonly logOffset: number;
}

/** Listening ports of this machine, with their sockets. */
export type ListeningPorts = ReadonlyMap<number, readonly Listener[]>;

/** A check that is repeated until the run is ready. */
export interface ReadinessCheck {
  /** Whether the next look needs the member processes of the run. */
  needsMembers(listening: ListeningPorts): boolean;
  /** Returns why the run is not ready, in words; undefined if it is. */
  look(listening: ListeningPorts, members: readonly TableEntry[]): string | undefined;
  /** Whether what the last look found needs intervention. */
  readonly isBlocked?: boolean;
  close(): void;
}

/** Milliseconds for which the finding that a socket belongs to another program is cached. */
const foreignMilliseconds = 5_000;
const maxUnmatchedCharacters = 1024 * 1024;
const chunkBytes = 256 * 1024;

/** Ready once its preamble is over. */
export class PreambleCheck implements ReadinessCheck {
  readonly #progressFile: string;

  constructor({ progressFile }: Pick<RunToCheck, 'progressFile'>) {
    this.#progressFile = progressFile;
  }

  needsMembers(): boolean {
    return false;
  }

  look(): string | undefined {
    // A launch file of an earlier version writes down no progress.
    if (!existsSync(this.#progressFile)) return undefined;
    const progress = readProgress(this.#progressFile);
    return progress?.isOver ? undefined : describeProgress(progress);
  }

  close(): void {}
}

/** Ready once a socket of the run listens for each of these services. */
export class ListeningCheck implements ReadinessCheck {
  readonly #run: RunToCheck;
  readonly #services: RunToCheck['services'];
  #isBlocked = false;
  #foreign: { readonly sockets: string; readonly until: number; readonly reason: string } | undefined;

  constructor(run: RunToCheck, services: readonly string[]) {
    this.#run = run;
    this.#services = run.services.filter(({ name }) => services.includes(name));
  }

  needsMembers(listening: ListeningPorts): boolean {
    return this.#services.every(({ port }) => listening.has(port)) && this.#knownForeign(listening) === undefined;
  }

  look(listening: ListeningPorts, members: readonly TableEntry[]): string | undefined {
    this.#isBlocked = false;
    const missing = this.#services.find(({ port }) => !listening.has(port));
    if (missing !== undefined) return `nothing listens on ${describe(missing)} yet`;
    const known = this.#knownForeign(listening);
    if (known !== undefined) return this.#block(known);
    for (const service of this.#services) {
      const holder = foreignListener(listening.get(service.port) ?? [], this.#run, members);
      if (holder === undefined) continue;
      const reason = `${describe(service)} is in use by ${holder}, which does not belong to this process`;
      const until = performance.now() + foreignMilliseconds;
      this.#foreign = { sockets: this.#sockets(listening), until, reason };
      return this.#block(reason);
    }
    return undefined;
  }

  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  close(): void {}

  #block(reason: string): string {
    this.#isBlocked = true;
    return reason;
  }

  /** Returns the cached finding, because repeating it would read every process of the machine. */
  #knownForeign(listening: ListeningPorts): string | undefined {
    const isKnown =
      this.#foreign !== undefined &&
      this.#foreign.sockets === this.#sockets(listening) &&
      performance.now() < this.#foreign.until;
    return isKnown ? this.#foreign?.reason : undefined;
  }

  #sockets(listening: ListeningPorts): string {
    return this.#services
      .flatMap(({ port }) => listening.get(port) ?? [])
      .map(({ socket }) => socket)
      .join(' ');
  }
}

/**
 * Ready once a line of the log matches. Reads what was written since the last look, and keeps only an unterminated
 * line.
 */
export class LogCheck implements ReadinessCheck {
  readonly #run: RunToCheck;
  readonly #pattern: RegExp;
  readonly #decoder = new StringDecoder('utf8');
  #offset: number;
  #unfinished = '';

  constructor(run: RunToCheck, pattern: string) {
    this.#run = run;
    this.#pattern = compilePattern(pattern);
    this.#offset = run.logOffset;
  }

  needsMembers(): boolean {
    return false;
  }

  look(): string | undefined {
    return this.#matches() ? undefined : `no log line matches /${this.#pattern.source}/ yet`;
  }

  close(): void {}

  #matches(): boolean {
    const file = new LogFile(this.#run.logFile);
    try {
      const { start, end } = file.range();
      this.#offset = Math.max(this.#offset, start);
      while (this.#offset < end) {
        const bytes = file.read(this.#offset, Math.min(chunkBytes, end - this.#offset));
        if (bytes.length === 0) return false;
        this.#offset += bytes.length;
        const lines = (this.#unfinished + this.#decoder.write(bytes)).split('\n');
        // A terminal ends lines with a carriage return and a newline.
        if (lines.some((line) => this.#pattern.test(line.endsWith('\r') ? line.slice(0, -1) : line))) return true;
        this.#unfinished = (lines.at(-1) ?? '').slice(-maxUnmatchedCharacters);
      }
      return false;
    } finally {
      file.close();
    }
  }
}

function describe({ name, host, port }: RunToCheck['services'][number]): string {
  return `${formatAddress(host, port)} (service ${name})`;
}
