import { expect } from 'vitest';
import type { Cluster } from '../../../src/engine/client/cluster.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../../src/engine/contract/watch.ts';
import { mergeChange } from '../../../src/engine/contract/watch.ts';
import type { ContractTest } from '../support/contract-test.ts';

export function describeWatch(test: ContractTest): void {
  test('the first event is a snapshot of everything', async ({ lab }) => {
    const trial = await lab.run(['sleep', '600']);
    const running = await trial.until('running');
    const events: WatchEvent[] = [];
    for await (const event of lab.cluster.watch()) {
      events.push(event);
      break;
    }
    const [first] = events;
    if (first?.type !== 'snapshot') throw new Error(`The first event was ${first?.type}.`);
    const found = first.experiments.find(({ experiment }) => experiment.name === trial.name);
    expect(found?.experiment).toMatchObject({ state: 'running', processes: { total: 1, ready: 1 } });
    expect(found?.processes).toEqual([running]);
  });

  test('the changes add up to what is listed, until the experiment is deleted', async ({ lab }) => {
    const spec = lab.spec({ processes: { main: { command: 'sleep 0.5; exit 2' }, other: { command: 'sleep 600' } } });
    const follower = new Follower(lab.cluster);
    await follower.seen((event) => event.type === 'snapshot');
    const trial = await lab.launchSpec(spec);
    await trial.until('failed');
    await trial.until('running', 'other');
    const listed = await lab.cluster.listProcesses(trial.name);
    await follower.seen(() => JSON.stringify(follower.known(trial.name)?.processes) === JSON.stringify(listed));
    expect(follower.known(trial.name)?.experiment).toMatchObject({ state: 'degraded', processes: { failed: 1 } });
    await lab.cluster.delete(trial.name);
    await follower.seen((event) => event.type === 'deleted' && event.name === trial.name);
    expect(follower.known(trial.name)).toBeUndefined();
    await follower.end();
  });

  test('a replaced experiment leaves no processes of the earlier one', async ({ lab }) => {
    const trial = await lab.launch({ processes: { main: { command: 'sleep 600' }, gone: { command: 'sleep 600' } } });
    await trial.until('running');
    const follower = new Follower(lab.cluster);
    await follower.seen((event) => event.type === 'snapshot');
    await lab.launchSpec(lab.spec({ processes: { main: { command: 'sleep 601' } } }, trial.name), { force: true });
    await follower.seen(() => {
      const known = follower.known(trial.name)?.processes;
      return known?.length === 1 && known[0]?.command === 'sleep 601' && known[0].state === 'running';
    });
    await follower.end();
  });

  test('a launch that is undone leaves no trace', async ({ lab }) => {
    const follower = new Follower(lab.cluster);
    await follower.seen((event) => event.type === 'snapshot');
    const spec = lab.spec({ processes: { main: { command: 'sleep 600', replicas: 20 } } });
    const controller = new AbortController();
    const onProgress = () => setImmediate(() => controller.abort());
    const launching = lab.cluster.launch(spec, { signal: controller.signal, onProgress });
    const failed = await launching.then(
      () => false,
      () => true,
    );
    const other = await lab.run('sleep 600');
    await follower.seen(() => follower.known(other.name) !== undefined);
    const there = (await lab.cluster.listExperiments()).some(({ name }) => name === spec.name);
    expect({ there, known: follower.known(spec.name) !== undefined }).toEqual({ there: !failed, known: !failed });
    await follower.end();
  });

  test('a watch of one experiment reports no other', async ({ lab }) => {
    const watched = await lab.run(['sleep', '600']);
    const follower = new Follower(lab.cluster, watched.name);
    await follower.seen((event) => event.type === 'snapshot');
    const other = await lab.run('exit 0');
    await other.until('succeeded');
    await lab.cluster.delete(watched.name);
    await follower.seen((event) => event.type === 'deleted');
    expect(follower.names()).toEqual(new Set([watched.name]));
    await follower.end();
  });

  test('an experiment may be watched before it exists', async ({ lab }) => {
    const name = lab.name();
    const follower = new Follower(lab.cluster, name);
    await follower.seen((event) => event.type === 'snapshot' && event.experiments.length === 0);
    await lab.launchSpec(lab.spec({ processes: { main: { command: 'sleep 600' } } }, name));
    await follower.seen(() => follower.known(name)?.processes[0]?.state === 'running');
    await follower.end();
  });

  test('two watches report the same, and one continues when the other ends', async ({ lab }) => {
    const other = await lab.open.connect();
    const followers = [new Follower(lab.cluster), new Follower(other)] as const;
    await Promise.all(followers.map((follower) => follower.seen((event) => event.type === 'snapshot')));
    const trial = await lab.run(['sleep', '600']);
    const runs = (follower: Follower) =>
      follower.seen(() => follower.known(trial.name)?.experiment.state === 'running');
    await Promise.all(followers.map(runs));
    await followers[0].end();
    await lab.cluster.delete(trial.name);
    await followers[1].seen((event) => event.type === 'deleted' && event.name === trial.name);
    await followers[1].end();
    await other.close();
  });

  test('closing the cluster ends its watches without an error, and those of other clients continue', async ({
    lab,
  }) => {
    const trial = await lab.run(['sleep', '600']);
    await trial.until('running');
    const other = await lab.open.connect();
    const closed = [new Follower(other), new Follower(other, trial.name)];
    const open = new Follower(lab.cluster);
    await Promise.all([...closed, open].map((follower) => follower.seen((event) => event.type === 'snapshot')));
    await other.close();
    await Promise.all(closed.map((follower) => follower.ended));
    await lab.cluster.delete(trial.name);
    await open.seen((event) => event.type === 'deleted' && event.name === trial.name);
    await open.end();
  });

  test('an abort ends a watch without an error', async ({ lab }) => {
    const follower = new Follower(lab.cluster);
    await follower.seen((event) => event.type === 'snapshot');
    await follower.end();
    expect(await Array.fromAsync(lab.cluster.watch({ signal: AbortSignal.abort() }))).toEqual([]);
  });
}

/** Applies the events of a watch, as the CLI and the full-screen interface do. */
class Follower {
  private readonly controller = new AbortController();
  private readonly experiments = new Map<string, ExperimentSnapshot>();
  private readonly everNamed = new Set<string>();
  private readonly events: WatchEvent[] = [];
  /** Resolves when the watch has ended; rejects if it ended with an error. */
  readonly ended: Promise<void>;
  private wake = Promise.withResolvers<void>();

  constructor(cluster: Cluster, experiment?: string) {
    this.ended = this.read(cluster, experiment);
  }

  private async read(cluster: Cluster, experiment: string | undefined): Promise<void> {
    const { signal } = this.controller;
    for await (const event of cluster.watch({ signal, ...(experiment === undefined ? {} : { experiment }) })) {
      this.take(event);
      this.events.push(event);
      this.wake.resolve();
      this.wake = Promise.withResolvers();
    }
  }

  private take(event: WatchEvent): void {
    if (event.type === 'snapshot') {
      this.experiments.clear();
      for (const snapshot of event.experiments) this.set(snapshot);
    } else if (event.type === 'changed') {
      this.set(mergeChange(this.experiments.get(event.experiment.name), event));
    } else if (event.type === 'deleted') {
      this.everNamed.add(event.name);
      this.experiments.delete(event.name);
    }
  }

  private set(snapshot: ExperimentSnapshot): void {
    this.everNamed.add(snapshot.experiment.name);
    this.experiments.set(snapshot.experiment.name, snapshot);
  }

  known(name: string): ExperimentSnapshot | undefined {
    return this.experiments.get(name);
  }

  /** Every experiment that the watch ever named. */
  names(): ReadonlySet<string> {
    return this.everNamed;
  }

  /** Resolves at the first event, earlier ones included, for which the condition holds. */
  async seen(condition: (event: WatchEvent) => boolean): Promise<void> {
    if (this.events.some(condition)) return;
    for (let next = this.events.length; ; ) {
      await Promise.race([this.wake.promise, this.ended]);
      if (this.events.slice(next).some(condition)) return;
      next = this.events.length;
    }
  }

  async end(): Promise<void> {
    this.controller.abort();
    await this.ended;
  }
}
