import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { overriddenSetting, settingOptions } from '../../engine/settings/config.ts';

/** A program with Symphony's commands. */
export interface OwnProgram {
  readonly script: string;
  /** Options of Node.js. */
  readonly nodeOptions: readonly string[];
}

export interface OwnCommandOptions {
  /** Ends the command: SIGTERM, then SIGKILL. */
  readonly signal: AbortSignal;
  /** Whether it gets this process's own terminal; its output is then not captured. */
  readonly terminal: boolean;
  /** By default this one. */
  readonly ownProgram?: OwnProgram;
}

export interface OwnCommandResult {
  readonly exitCode: number;
  readonly output: string;
  /** Characters of output that came before `output` and were not kept. */
  readonly leftOut: number;
}

/** The number of characters that are kept, more than a reader needs. Of longer output the end is kept. */
const maxOutputCharacters = 1024 * 1024;
/** Milliseconds between SIGTERM and SIGKILL. */
const killDelayMilliseconds = 2000;
/**
 * Once the command has ended, reading stops after this time without output: a program that it started may keep its streams
 * open.
 */
const quietDelayMilliseconds = 500;

/** Runs a command of this program in a child process, so that it cannot disturb the streams of this one. */
export async function runOwnCommand(
  words: readonly string[],
  { signal, terminal, ownProgram = thisProgram() }: OwnCommandOptions,
): Promise<OwnCommandResult> {
  const args = [...ownProgram.nodeOptions, ownProgram.script, ...ownFlags(), ...words];
  const child = spawn(process.execPath, args, { stdio: terminal ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
  let killing: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill('SIGTERM');
    killing ??= setTimeout(() => child.kill('SIGKILL'), killDelayMilliseconds);
  };
  signal.addEventListener('abort', stop, { once: true });
  const output = new KeptText(maxOutputCharacters);
  let lastHeard = performance.now();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output.add(text);
      lastHeard = performance.now();
    });
  }
  try {
    let isClosed = false;
    const closed = once(child, 'close').then(() => {
      isClosed = true;
    });
    closed.catch(() => {});
    const [code] = (await once(child, 'exit')) as [number | null];
    lastHeard = performance.now();
    while (!isClosed && performance.now() - lastHeard < quietDelayMilliseconds) {
      await Promise.race([closed, sleep(quietDelayMilliseconds, undefined, { ref: false })]);
    }
    return { exitCode: code ?? 1, output: output.text, leftOut: output.leftOut };
  } catch (error) {
    return { exitCode: 1, output: `${output.text}${(error as Error).message}\n`, leftOut: output.leftOut };
  } finally {
    clearTimeout(killing);
    signal.removeEventListener('abort', stop);
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}

function thisProgram(): OwnProgram {
  const [, script = ''] = process.argv;
  return { script, nodeOptions: process.execArgv };
}

/** The flags of this process that say where experiments are. The backend is left out: it may have changed since. */
function ownFlags(): string[] {
  return settingOptions().flatMap(({ setting, option }) => {
    const value = overriddenSetting(setting);
    return value === undefined ? [] : [option, String(value)];
  });
}

/** Keeps the end of a growing text. */
class KeptText {
  readonly #limit: number;
  #parts: string[] = [];
  #length = 0;
  leftOut = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(part: string): void {
    this.#parts.push(part);
    this.#length += part.length;
    // Trimmed only at twice the limit: trimming for each part would copy the kept text each time.
    if (this.#length > 2 * this.#limit) this.#trim();
  }

  get text(): string {
    this.#trim();
    return this.#parts.join('');
  }

  #trim(): void {
    const whole = this.#parts.join('');
    const kept = whole.slice(-this.#limit);
    this.leftOut += whole.length - kept.length;
    this.#parts = [kept];
    this.#length = kept.length;
  }
}
