import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Cluster } from '../../../src/engine/client/cluster.ts';
import type { LaunchOptions } from '../../../src/engine/contract/backend.ts';
import type { LogLine, LogOptions } from '../../../src/engine/contract/logs.ts';
import { formatProcess, type ProcessReference, type ProcessStatus } from '../../../src/engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../../src/engine/contract/watch.ts';
import type { ExperimentSpec, ProcessSpec } from '../../../src/engine/spec/experiment-spec.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { ContractHarness, OpenCluster } from '../harness.ts';

/** A spec without its name, which the lab chooses. */
export type Draft = Partial<Omit<ExperimentSpec, 'name'>>;

/** Distinguishes the names of this run from those of another suite on the same cluster. */
const runTag = randomBytes(3).toString('hex');
let count = 0;
let labCount = 0;

/** The tools of one test: unique names, launches that are deleted after the test, and ways to observe them. */
export class Lab {
  readonly harness: ContractHarness;
  readonly open: OpenCluster;
  /** A test that is tried again gets another lab, and must not find the files of its first attempt. */
  private readonly tag: string;
  private readonly names: string[] = [];

  constructor(harness: ContractHarness, open: OpenCluster) {
    this.harness = harness;
    this.open = open;
    labCount += 1;
    this.tag = `lab-${labCount}`;
  }

  get cluster(): Cluster {
    return this.open.cluster;
  }

  /** The time limit, in seconds, for something that takes at most this many seconds on a fast backend. */
  patience(seconds: number): number {
    return seconds * this.harness.slowness;
  }

  /** An experiment name that no other test uses, in this suite or another; the experiment is deleted after the test. */
  name(base = 'exp'): string {
    count += 1;
    const name = `${base}-${runTag}-${count}`;
    this.names.push(name);
    return name;
  }

  /** The longest name that an experiment may have, otherwise like `name`. */
  longestName(): string {
    const name = this.name().padEnd(63, 'x');
    this.names.push(name);
    return name;
  }

  /** A path of this test alone, in the folder whose files survive from one run of a process to the next. */
  file(name: string): string {
    return `${this.open.scratch}/${this.tag}-${name}`;
  }

  spec(draft: Draft, name = this.name()): ExperimentSpec {
    const withDefaults = (processes: Readonly<Record<string, ProcessSpec>>) =>
      Object.fromEntries(
        Object.entries(processes).map(([key, fields]) => [key, { ...this.harness.processDefaults, ...fields }]),
      );
    const groups = Object.entries(draft.groups ?? {}).map(([key, group]) => [
      key,
      { ...group, processes: withDefaults(group.processes) },
    ]);
    // The root folder exists everywhere. Without a startDir, a launch fills in its own working directory.
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

  /** Deletes everything that the test launched, and asserts that nothing is left. */
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

  /** The status of the process that `target` names exactly. */
  async process(target = 'main'): Promise<ProcessStatus> {
    const found = (await this.cluster.listProcesses(this.name)).find((status) => formatProcess(status) === target);
    if (found === undefined) throw new Error(`There is no process ${target}.`);
    return found;
  }

  /** Resolves with the status of a process once the condition holds; the timeout is in seconds on a fast backend. */
  async until(
    condition: ProcessStatus['state'] | ((status: ProcessStatus) => boolean),
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

  /** Resolves once every process has ended for good, in whatever way. */
  async done(timeout = 15): Promise<readonly ProcessStatus[]> {
    const processes = await this.cluster.listProcesses(this.name);
    return Promise.all(
      processes.map((status) =>
        this.until(
          ({ state }) => ['succeeded', 'failed', 'stopped', 'lost'].includes(state),
          formatProcess(status),
          timeout,
        ),
      ),
    );
  }

  /** The log lines of the named processes so far. */
  async logs(targets: readonly string[] = ['main'], options: LogOptions = {}): Promise<LogLine[]> {
    return Array.fromAsync(logsOf(this.cluster, this.name, targets.map(parseTarget), options));
  }

  /** The texts of the lines that the process itself wrote. */
  async texts(target = 'main', options: LogOptions = {}): Promise<string[]> {
    return (await this.logs([target], options)).filter(({ kind }) => kind === 'line').map(({ text }) => text);
  }

  /** Resolves with the first matching line of a process, as soon as it is written. */
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

/** Log lines and markers, without the notices of the backend, such as that a process has not started yet. */
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
