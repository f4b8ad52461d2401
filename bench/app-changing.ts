// A program with a simulated cluster: 1,000 processes that each change every second, and endless logs. The simulation runs
// in the same process, so the measured costs include it and are upper bounds.
import { setTimeout as delay } from 'node:timers/promises';
import type { Backend, LogLine, ProcessReference, ProcessStatus, WatchEvent } from '../src/engine/index.ts';

// The benchmark measures the build; the types come from the sources.
const built = (name: string) => new URL(`${name}.js`, process.env.SYMPHONY_BENCH_DIST).href;
const { SymphonyParser } = (await import(built('commands'))) as typeof import('../src/commands/index.ts');
const { Cluster } = (await import(built('index'))) as typeof import('../src/index.ts');

const count = 1000;
const perSecond = 10;

class ChangingBackend implements Backend {
  readonly name = 'changing';
  readonly capabilities = {};
  readonly #started = new Date().toISOString();
  #round = 0;

  #process(index: number): ProcessStatus {
    return {
      experiment: 'many',
      group: `group-${Math.floor(index / 50)}`,
      name: `agent-${index}`,
      state: (index + this.#round) % 7 === 0 ? 'backoff' : 'running',
      ready: true,
      restarts: this.#round,
      startedAt: this.#started,
      ports: {},
      pid: index + 1,
      command: 'agent',
    };
  }

  #experiment() {
    return {
      name: 'many',
      backend: this.name,
      state: 'running' as const,
      createdAt: this.#started,
      processes: { total: count, ready: count, running: count, failed: 0, succeeded: 0 },
      services: [],
    };
  }

  async *watch({ signal }: { readonly signal?: AbortSignal | undefined } = {}): AsyncGenerator<WatchEvent> {
    const all = Array.from({ length: count }, (_, index) => this.#process(index));
    yield { type: 'snapshot', experiments: [{ experiment: this.#experiment(), processes: all }] };
    while (!signal?.aborted) {
      await delay(1000 / perSecond);
      this.#round += 1;
      const first = (this.#round % perSecond) * (count / perSecond);
      const changed = Array.from({ length: count / perSecond }, (_, index) => this.#process(first + index));
      yield { type: 'changed', experiment: this.#experiment(), processes: changed };
    }
  }

  async *logBatches(_experiment: string, processes: readonly ProcessReference[]): AsyncGenerator<LogLine[]> {
    for (let line = 0; ; ) {
      const batch: LogLine[] = [];
      for (let end = line + 500; line < end; line += 1) {
        const { group, name } = processes[line % processes.length] ?? { group: null, name: 'none' };
        batch.push({
          group,
          name,
          run: 1,
          kind: 'line',
          text: `line ${line} of a flood: loss 0.${line % 1000}, reward ${line % 77}`,
        });
      }
      yield batch;
      await delay(1);
    }
  }

  listExperiments = async () => [this.#experiment()];
  listProcesses = async () => Array.from({ length: count }, (_, index) => this.#process(index));
  plan = (): never => this.#refuse();
  launch = (): never => this.#refuse();
  delete = (): never => this.#refuse();
  describeExperiment = (): never => this.#refuse();
  spec = (): never => this.#refuse();

  close = async () => {};

  #refuse(): never {
    throw new Error('This backend is only for looking.');
  }
}

class Program extends SymphonyParser {
  override createCluster() {
    return new Cluster(new ChangingBackend());
  }
}

await new Program().main();
