import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { formatWithOptions } from 'node:util';

/** Bytes; a log that has grown beyond that begins anew. */
const maxLogBytes = 1024 * 1024;

const consoleMethods = ['debug', 'dir', 'error', 'info', 'log', 'table', 'trace', 'warn'] as const;

/** What is written past the interface while it has the screen. */
export interface StrayOutput {
  /** Keeps something that would have been printed. */
  note(what: string, text: string): void;
  /** Lets stderr through while the terminal is handed over to another program. */
  pass(passes: boolean): void;
  /** Leaves everything as it was before. */
  stop(): void;
}

export interface StrayOutputOptions {
  readonly stderr: NodeJS.WriteStream;
  /** The file that keeps it. */
  readonly path: string;
  /** Called once, when something was kept, or could not be. */
  onFirst(isKept: boolean): void;
}

/**
 * Keeps off the terminal, and in a file, what would be printed over the screen: warnings of Node, `console`, and whatever
 * is written to stderr. A warning is written by Node itself, past the stream, unless its own listener is taken away.
 */
export function captureStrayOutput({ stderr, path, onFirst }: StrayOutputOptions): StrayOutput {
  let hasTold = false;
  let passes = false;
  const write = stderr.write;
  const methods = consoleMethods.map((name) => [name, console[name]] as const);
  const warningListeners = process.listeners('warning');

  function note(what: string, text: string): void {
    const isKept = append(path, `${new Date().toISOString()} ${what}: ${text.trimEnd()}\n`);
    if (hasTold) return;
    hasTold = true;
    onFirst(isKept);
  }

  const onWarning = (warning: Error) => note('warning', warning.stack ?? String(warning));
  process.removeAllListeners('warning');
  process.on('warning', onWarning);
  for (const name of consoleMethods) {
    console[name] = (...values: unknown[]) => note(`console.${name}`, formatWithOptions({}, ...values));
  }
  stderr.write = function capture(this: NodeJS.WriteStream, ...values: unknown[]): boolean {
    if (passes) return Reflect.apply(write, stderr, values);
    const [chunk] = values;
    note('stderr', typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString());
    const done = values.findLast((value) => typeof value === 'function');
    if (done !== undefined) process.nextTick(done as () => void);
    return true;
  } as typeof stderr.write;

  return {
    note,
    pass(whether) {
      passes = whether;
    },
    stop() {
      stderr.write = write;
      for (const [name, method] of methods) console[name] = method as typeof console.log;
      process.off('warning', onWarning);
      for (const listener of warningListeners) process.on('warning', listener);
    },
  };
}

/** False if the file cannot be written: that must not end the interface. */
function append(path: string, text: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const add = size > maxLogBytes ? writeFileSync : appendFileSync;
    add(path, text, { mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}
