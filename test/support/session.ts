import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test as base } from 'vitest';
import type { ExperimentStatus, ProcessStatus } from '../../src/engine/contract/status.ts';
import { binPath, type RunOptions, type RunResult, run } from './bin.ts';
import { type TemporaryHome, temporaryHome } from './temporary-home.ts';
import { waitFor } from './wait-for.ts';

/** A user of the command line with a separate home, so that tests do not touch each other's experiments. */
export class Session {
  readonly place: TemporaryHome;
  /** Variables that every command of this session gets in addition to the environment. */
  readonly env: Record<string, string>;
  /** The program and its first arguments; the checkout's own bin by default. */
  bin: readonly string[] = [process.execPath, binPath];

  constructor(place: TemporaryHome) {
    this.place = place;
    this.env = { SYMPHONY_HOME: place.home };
  }

  get folder(): string {
    return this.place.folder;
  }

  /** Runs `symphony` with these arguments, to its end. */
  run(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return run([...this.bin, ...args], { cwd: this.folder, ...options, env: { ...this.env, ...options.env } });
  }

  /** Runs `symphony`, which must succeed, and resolves with its stdout. */
  async ok(args: readonly string[], options: RunOptions = {}): Promise<string> {
    const result = await this.run(args, options);
    if (result.exitCode !== 0) {
      throw new Error(`symphony ${args.join(' ')} ended with ${result.exitCode ?? result.signal}:\n${result.stderr}`);
    }
    return result.stdout;
  }

  /** Runs `symphony` with `-o json`, and resolves with the parsed output. */
  async json<Value>(args: readonly string[], options: RunOptions = {}): Promise<Value> {
    return JSON.parse(await this.ok([...args, '-o', 'json'], options)) as Value;
  }

  experiments(): Promise<ExperimentStatus[]> {
    return this.json(['ls']);
  }

  processes(experiment: string): Promise<ProcessStatus[]> {
    return this.json(['p', experiment]);
  }

  /** Resolves with the status of a process once the condition holds. `timeout` is in seconds. */
  async until(
    experiment: string,
    name: string,
    condition: ProcessStatus['state'] | ((status: ProcessStatus) => boolean),
    timeout = 40,
  ): Promise<ProcessStatus> {
    const holds = typeof condition === 'string' ? ({ state }: ProcessStatus) => state === condition : condition;
    const check = async () =>
      (await this.processes(experiment)).find((status) => status.name === name && holds(status));
    return waitFor(check, { timeout, what: `${name} of ${experiment} to be ${condition}` });
  }

  /** Writes a file below the session's folder; an object is written as JSON. */
  async file(name: string, content: string | object): Promise<string> {
    const path = join(this.folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  /** Launches an experiment from a file of its own. */
  async launch(name: string, draft: object, flags: readonly string[] = [], options: RunOptions = {}): Promise<string> {
    return this.ok(['launch', await this.file(`${name}.json`, { name, ...draft }), ...flags], options);
  }

  /** The lines of the current run. */
  async logs(experiment: string, ...args: string[]): Promise<string[]> {
    return (await this.ok(['logs', '-e', experiment, ...args])).split('\n').slice(0, -1);
  }

  async delete(experiment: string): Promise<void> {
    await this.ok(['d', experiment, '--force']);
  }

  /** Deletes every experiment; throws naming whatever still runs afterwards. */
  async expectCleanEnd(): Promise<void> {
    for (const { name } of await this.experiments()) await this.delete(name);
    await this.place.expectNothingLeft();
  }
}

/** A test with its own session, which deletes everything after the test and fails if anything is left. */
export const test = base.extend('session', async ({ task }, { onCleanup }) => {
  const session = new Session(await temporaryHome());
  onCleanup(async () => {
    try {
      if (task.result?.state !== 'fail') await session.expectCleanEnd();
    } finally {
      await session.place.remove();
    }
  });
  return session;
});
