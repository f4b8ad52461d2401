import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { compilePattern } from '../../engine/spec/pattern.ts';
import type { ResolvedProcess } from '../../engine/spec/resolved-experiment.ts';
import type { FaultBarrier } from './fault-barrier.ts';
import { commandLine } from './launch-file.ts';
import { listeningPorts } from './listening-ports.ts';
import { LogFile } from './log-file.ts';

/** One run that has started and is not ready yet. */
export interface RunToCheck {
  readonly process: ResolvedProcess;
  readonly ports: Readonly<Record<string, number>>;
  readonly launchFile: string;
  readonly logFile: string;
  /** Where the run's output begins. */
  readonly logOffset: number;
}

const firstPause = 20;
const longestPause = 500;
/** A command is asked less often, and given up and asked again after so long. */
const commandPause = 1_000;
const commandTimeout = 10_000;
const mostUnmatched = 1024 * 1024;

interface Check {
  readonly run: RunToCheck;
  readonly abort: AbortController;
  readonly isReady: (listening: ReadonlyMap<number, string>) => boolean;
}

/** Finds out when runs become ready, all of them by one look, and looks only while there is somebody to wait for. */
export class ReadinessChecker {
  readonly #checks = new Map<string, Check>();
  readonly #barrier: FaultBarrier;
  readonly #onReady: (key: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #pause = firstPause;

  constructor(barrier: FaultBarrier, onReady: (key: string) => void) {
    this.#barrier = barrier;
    this.#onReady = onReady;
  }

  add(key: string, run: RunToCheck): void {
    this.remove(key);
    const abort = new AbortController();
    const isReady = this.#barrier.run(stepOf(key), () => this.#makeCheck(key, run, abort.signal));
    if (isReady === undefined) return;
    this.#checks.set(key, { run, abort, isReady });
    this.#pause = firstPause;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#schedule();
  }

  remove(key: string): void {
    this.#checks.get(key)?.abort.abort();
    this.#checks.delete(key);
    this.#barrier.succeed(stepOf(key));
    if (this.#checks.size === 0) this.close();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { abort } of this.#checks.values()) abort.abort();
    this.#checks.clear();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#checks.size === 0) return;
    this.#timer = setTimeout(async () => {
      await this.#look();
      this.#timer = undefined;
      this.#pause = Math.min(this.#pause * 1.5, longestPause);
      this.#schedule();
    }, this.#pause);
  }

  async #look(): Promise<void> {
    const listening = await this.#barrier.runAsync('looking for listening ports', listeningPorts);
    if (listening === undefined) return;
    for (const [key, check] of [...this.#checks]) {
      if (this.#barrier.run(stepOf(key), () => check.isReady(listening))) this.#ready(key);
    }
  }

  #ready(key: string): void {
    if (!this.#checks.has(key)) return;
    this.remove(key);
    this.#barrier.run(`noting that ${key} is ready`, () => this.#onReady(key));
  }

  #makeCheck(key: string, run: RunToCheck, signal: AbortSignal): Check['isReady'] {
    const { ready } = run.process;
    switch (ready.kind) {
      case 'started':
        return () => true;
      case 'listening': {
        const ports = ready.services.map((service) => run.ports[service] ?? 0);
        return (listening) => ports.every((port) => listening.has(port));
      }
      case 'log':
        return matchLog(run, compilePattern(ready.pattern));
      case 'command':
        this.#repeatCommand(key, run, ready.command, signal);
        return () => false;
    }
  }

  #repeatCommand(key: string, run: RunToCheck, command: string | readonly string[], signal: AbortSignal): void {
    const argv = [run.launchFile, 'exec', ...commandLine([], command)];
    const child = spawn('/bin/sh', argv, {
      env: {},
      stdio: 'ignore',
      signal,
      killSignal: 'SIGKILL',
      timeout: commandTimeout,
    });
    child.once('error', () => undefined);
    child.once('close', (code) => {
      if (signal.aborted) return;
      if (code === 0) {
        this.#ready(key);
        return;
      }
      const repeat = () => this.#repeatCommand(key, run, command, signal);
      const timer = setTimeout(() => this.#barrier.run(stepOf(key), repeat), commandPause);
      signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    });
  }
}

function stepOf(key: string): string {
  return `checking whether ${key} is ready`;
}

/** Reads what was written since the last look, and remembers only a line that has not ended. */
function matchLog(run: RunToCheck, pattern: RegExp): Check['isReady'] {
  let offset = run.logOffset;
  let unfinished = '';
  const decoder = new StringDecoder('utf8');
  return () => {
    const file = new LogFile(run.logFile);
    try {
      const { start, end } = file.range();
      offset = Math.max(offset, start);
      while (offset < end) {
        const bytes = file.read(offset, Math.min(256 * 1024, end - offset));
        if (bytes.length === 0) return false;
        offset += bytes.length;
        const lines = (unfinished + decoder.write(bytes)).split('\n');
        // A terminal ends its lines with a carriage return as well.
        if (lines.some((line) => pattern.test(line.endsWith('\r') ? line.slice(0, -1) : line))) return true;
        unfinished = (lines.at(-1) ?? '').slice(-mostUnmatched);
      }
      return false;
    } finally {
      file.close();
    }
  };
}
