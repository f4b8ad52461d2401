import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { formatWithOptions } from 'node:util';

/** A larger log is replaced by a new one. */
const maxLogBytes = 1024 * 1024;

const consoleMethods = ['debug', 'dir', 'error', 'info', 'log', 'table', 'trace', 'warn'] as const;

/** Captures output that bypasses the interface while it has the screen. */
export interface StrayOutput {
  /** Appends an entry to the file. */
  note(what: string, text: string): void;
  /** Lets stderr through while another program has the terminal. */
  pass(passes: boolean): void;
  /** Restores stderr, the console and the warning listeners. */
  stop(): void;
}

export interface StrayOutputOptions {
  readonly stderr: NodeJS.WriteStream;
  /** The file that receives the output. */
  readonly path: string;
  /** Called once, for the first output; `isKept` is false if the file cannot be written. */
  onFirst(isKept: boolean): void;
}

/**
 * Redirects output that would overwrite the screen to a file: Node's warnings, `console`, and writes to stderr. Node writes
 * warnings past the stream unless its own listener is removed.
 */
export function captureStrayOutput({ stderr, path, onFirst }: StrayOutputOptions): StrayOutput {
  let hasReported = false;
  let passes = false;
  const write = stderr.write;
  const methods = consoleMethods.map((name) => [name, console[name]] as const);
  const warningListeners = process.listeners('warning');

  function note(what: string, text: string): void {
    const isKept = append(path, `${new Date().toISOString()} ${what}: ${text.trimEnd()}\n`);
    if (hasReported) return;
    hasReported = true;
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

/** Returns false if the file cannot be written: the error must not end the interface. */
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
