import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type {
  ExperimentRunner,
  Runner,
  RunnerContext,
  RunToStart,
} from '../../../../../src/backends/supervision/runs/runner.ts';
import { shellCommand } from '../../../../../src/engine/shell/command-line.ts';

/** A runner without any file: its runs are children of this program, known by an id of its own. */
export class ChildRunner implements Runner {
  readonly children = new Map<string, ChildProcess>();
  readonly findRuns = () => new Map();

  addressOf() {
    return { host: '127.0.0.1', listenHost: '127.0.0.1' };
  }

  async check(): Promise<void> {}

  async prepare(): Promise<void> {}

  async update(): Promise<void> {}

  open(context: RunnerContext): ExperimentRunner {
    return new ChildRuns(context, this.children);
  }

  async endDamaged(): Promise<readonly string[]> {
    return [];
  }

  async removeDamaged(): Promise<readonly string[]> {
    return [];
  }
}

class ChildRuns implements ExperimentRunner {
  readonly #context: RunnerContext;
  readonly #children: Map<string, ChildProcess>;

  constructor(context: RunnerContext, children: Map<string, ChildProcess>) {
    this.#context = context;
    this.#children = children;
  }

  observe(): void {}
  close(): void {}

  /** Reports the ends of runs that no child is left of. */
  adopt(keys: readonly string[]): void {
    for (const key of keys) {
      const { run, id } = this.#context.runtime(key);
      if (id === undefined) this.#context.reports.neverStarted(key, run, 'it was never started');
      else if (!this.#children.has(id)) this.#context.reports.ended(key, run, { time: Date.now(), reason: 'vanished' });
    }
  }

  async poll(): Promise<void> {}

  preflight(): undefined {}

  requireStartable(): void {}

  outputOffset(): number {
    return 0;
  }

  async start(runs: readonly RunToStart[]): Promise<ReadonlyMap<string, Error>> {
    for (const { key, run } of runs) this.#start(key, run);
    return new Map();
  }

  async findRunning(): Promise<ReadonlySet<string>> {
    return new Set();
  }

  async end(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    await Promise.all(
      keys.map(async (key) => {
        const child = this.#children.get(this.#context.runtime(key).id ?? '');
        if (child === undefined) return;
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }),
    );
    return new Map();
  }

  isIntact(): boolean {
    return true;
  }

  async repair(): Promise<void> {}

  async remove(): Promise<readonly string[]> {
    return [];
  }

  killAtOnce(): void {}

  #start(key: string, run: number): void {
    const { processes, record, reports } = this.#context;
    const [program = '', ...args] = shellCommand(['/bin/sh'], processes.get(key)?.command ?? []);
    const child = spawn(program, args, { stdio: 'ignore' });
    const id = `${record.name}/${key}/${run}`;
    this.#children.set(id, child);
    child.once('spawn', () => reports.started(key, run, { id }));
    child.once('exit', (code, signal) => {
      this.#children.delete(id);
      const exitCode = code ?? 137;
      reports.ended(key, run, { exitCode, ...(signal === null ? {} : { signal }), time: Date.now() });
    });
  }
}
