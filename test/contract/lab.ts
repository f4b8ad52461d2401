import { expect } from 'vitest';
import type { Cluster, LaunchOptions } from '../../src/engine/cluster.ts';
import type { LogLine, LogOptions } from '../../src/engine/logs.ts';
import type { ExperimentSpec, ProcessSpec } from '../../src/engine/spec/experiment-spec.ts';
import { formatProcess, type ProcessReference, type ProcessStatus } from '../../src/engine/status.ts';
import type { ExperimentSnapshot } from '../../src/engine/watch.ts';
import { waitFor } from '../support/wait-for.ts';
import type { ContractHarness, OpenCluster } from './harness.ts';

/** A spec whose name the lab chooses. */
export type Draft = Partial<Omit<ExperimentSpec, 'name'>>;

let count = 0;

/** What one test works with: names of its own, launches that are ended after it, and ways to look at them. */
export class Lab {
  readonly harness: ContractHarness;
  readonly open: OpenCluster;
  private readonly names: string[] = [];

  constructor(harness: ContractHarness, open: OpenCluster) {
    this.harness = harness;
    this.open = open;
  }

  get cluster(): Cluster {
    return this.open.cluster;
  }

  /** Seconds, for what takes so long on a quick backend. */
  patience(seconds: number): number {
    return seconds * this.harness.slowness;
  }

  /** An experiment's name that no other test uses; it is deleted after the test. */
  name(base = 'exp'): string {
    count += 1;
    const name = `${base}-${count}`;
    this.names.push(name);
    return name;
  }

  /** Has an experiment of this name deleted after the test, too. */
  adopt(name: string): void {
    this.names.push(name);
  }

  /** Paths under a folder that a process finds again in its next run. */
  file(name: string): string {
    return `${this.open.scratch}/${name}`;
  }

  spec(draft: Draft, name = this.name()): ExperimentSpec {
    const withDefaults = (processes: Readonly<Record<string, ProcessSpec>>) =>
      Object.fromEntries(
        Object.entries(processes).map(([key, process]) => [key, { ...this.harness.processDefaults, ...process }]),
      );
    const groups = Object.entries(draft.groups ?? {}).map(([key, group]) => [
      key,
      { ...group, processes: withDefaults(group.processes) },
    ]);
    // A folder that there is everywhere; without one, a launch fills in the folder it is made from.
    return {
      startDir: '/',
      ...draft,
      name,
      processes: withDefaults(draft.processes ?? {}),
      groups: Object.fromEntries(groups),
    };
  }

  async launch(draft: Draft, options: LaunchOptions = {}): Promise<Trial> {
    return this.launchSpec(this.spec(draft), options);
  }

  async launchSpec(spec: ExperimentSpec, options: LaunchOptions = {}): Promise<Trial> {
    const snapshot = await this.cluster.launch(spec, options);
    return new Trial(this, spec, snapshot);
  }

  /** One process called `main`. */
  async run(command: ProcessSpec['command'], fields: Partial<ProcessSpec> = {}, draft: Draft = {}): Promise<Trial> {
    return this.launch({ ...draft, processes: { main: { command, ...fields }, ...draft.processes } });
  }

  /** Ends all that the test launched, and holds the backend to it. */
  async cleanUp(): Promise<void> {
    const left: string[] = [];
    const existing = new Set((await this.cluster.listExperiments()).map(({ name }) => name));
    for (const name of this.names.filter((name) => existing.has(name))) {
      const { launchId } = await this.cluster.describeExperiment(name);
      const result = await this.cluster.delete(name);
      left.push(...result.leftovers, ...(await this.open.leftovers(launchId)));
    }
    expect(left).toEqual([]);
  }
}

/** A launched experiment of a test. */
export class Trial {
  readonly lab: Lab;
  readonly spec: ExperimentSpec;
  readonly launched: ExperimentSnapshot;

  constructor(lab: Lab, spec: ExperimentSpec, launched: ExperimentSnapshot) {
    this.lab = lab;
    this.spec = spec;
    this.launched = launched;
  }

  get name(): string {
    return this.spec.name;
  }

  get cluster(): Cluster {
    return this.lab.cluster;
  }

  /** The process that `target` names exactly. */
  async process(target = 'main'): Promise<ProcessStatus> {
    const found = (await this.cluster.listProcesses(this.name)).find((process) => formatProcess(process) === target);
    if (found === undefined) throw new Error(`There is no process ${target}.`);
    return found;
  }

  /** Resolves with a process once it is so. */
  async until(
    condition: ProcessStatus['state'] | ((process: ProcessStatus) => boolean),
    target = 'main',
    timeout = 15,
  ): Promise<ProcessStatus> {
    const holds = typeof condition === 'string' ? ({ state }: ProcessStatus) => state === condition : condition;
    let last: ProcessStatus | undefined;
    const check = async () => {
      last = await this.process(target);
      return holds(last) ? last : undefined;
    };
    try {
      return await waitFor(check, { timeout: this.lab.patience(timeout), what: `${target} to be ${condition}` });
    } catch (error) {
      throw new Error(`${(error as Error).message} It is ${JSON.stringify(last)}.`, { cause: error });
    }
  }

  /** Resolves once every process has ended for good, whatever way. */
  async done(timeout = 15): Promise<readonly ProcessStatus[]> {
    const processes = await this.cluster.listProcesses(this.name);
    return Promise.all(
      processes.map((process) =>
        this.until(
          ({ state }) => ['succeeded', 'failed', 'stopped', 'lost'].includes(state),
          formatProcess(process),
          timeout,
        ),
      ),
    );
  }

  /** All log lines there are, of the processes named. */
  async logs(targets: readonly string[] = ['main'], options: LogOptions = {}): Promise<LogLine[]> {
    return Array.fromAsync(logsOf(this.cluster, this.name, targets.map(parseTarget), options));
  }

  /** The texts alone of what the process itself wrote. */
  async texts(target = 'main', options: LogOptions = {}): Promise<string[]> {
    return (await this.logs([target], options)).filter(({ kind }) => kind === 'line').map(({ text }) => text);
  }

  /** Resolves with the first line of a process that matches, as soon as it is there. */
  async line(pattern: RegExp, target = 'main'): Promise<string> {
    const signal = AbortSignal.timeout(this.lab.patience(15) * 1000);
    for await (const line of this.cluster.logs(this.name, [parseTarget(target)], { follow: true, signal })) {
      if (line.kind === 'line' && pattern.test(line.text)) return line.text;
    }
    throw new Error(
      `No line of ${target} matched ${pattern}: ${JSON.stringify(await this.logs([target], { all: true }))}`,
    );
  }
}

/** Log lines and markers, without what a backend has to say itself: that a process has not started yet, or the like. */
export async function* logsOf(
  cluster: Cluster,
  experiment: string,
  processes: readonly ProcessReference[],
  options: LogOptions,
): AsyncGenerator<LogLine> {
  for await (const line of cluster.logs(experiment, processes, options)) if (line.kind !== 'notice') yield line;
}

function parseTarget(target: string): ProcessReference {
  const [first = '', second] = target.split('/');
  return second === undefined ? { group: null, name: first } : { group: first, name: second };
}
