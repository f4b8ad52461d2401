import { expect, it } from 'vitest';
import { addForeign } from '../../../../src/backends/supervision/backend/watch-foreign.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../../../src/engine/contract/watch.ts';

function experiment(name: string, state: 'running' | 'failed' = 'running'): ExperimentSnapshot {
  const processes = { total: 1, ready: 1, running: 1, failed: 0, succeeded: 0 };
  return { experiment: { name, backend: 'docker', state, createdAt: '2026', processes, services: [] }, processes: [] };
}

/** Yields what is pushed, until the signal is aborted. */
class Pushed<Item> {
  readonly #items: Item[] = [];
  #wake: () => void = () => undefined;
  hasEnded = false;

  push(...items: Item[]): void {
    this.#items.push(...items);
    this.#wake();
  }

  async *read(signal: AbortSignal): AsyncGenerator<Item> {
    signal.addEventListener('abort', () => this.#wake());
    while (!signal.aborted) {
      const item = this.#items.shift();
      if (item !== undefined) yield item;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
    this.hasEnded = true;
  }
}

function begin(wanted?: string) {
  const own = new Pushed<WatchEvent>();
  const changes = new Pushed<string>();
  const world: { foreign: readonly ExperimentSnapshot[] } = { foreign: [] };
  const source = { find: async () => world.foreign, changes: (signal: AbortSignal) => changes.read(signal) };
  const options = wanted === undefined ? {} : { experiment: wanted };
  const events = addForeign((signal) => own.read(signal), source, options);
  const next = async () => {
    const result = await events.next();
    if (result.done) throw new Error('The watch has ended.');
    const { value } = result;
    if (value.type === 'snapshot')
      return ['snapshot', ...value.experiments.map((row) => row.experiment.name)].join(' ');
    if (value.type === 'changed') return `changed ${value.experiment.name} ${value.experiment.state}`;
    return value.type === 'deleted' ? `deleted ${value.name}` : value.type;
  };
  return { own, changes, world, events, next };
}

it('experiments of others appear, change and disappear in an open watch', async () => {
  const { own, changes, world, events, next } = begin();
  world.foreign = [experiment('theirs')];
  own.push({ type: 'snapshot', experiments: [experiment('mine')] });
  expect(await next()).toBe('snapshot mine theirs');
  world.foreign = [experiment('theirs', 'failed'), experiment('new')];
  changes.push('something');
  expect(await next()).toBe('changed theirs failed');
  expect(await next()).toBe('changed new running');
  world.foreign = [experiment('new')];
  changes.push('something');
  expect(await next()).toBe('deleted theirs');
  await events.return(undefined);
  expect([own.hasEnded, changes.hasEnded]).toEqual([true, true]);
});

it("an experiment of others never takes the place of one's own, and comes back after it", async () => {
  const { own, changes, world, events, next } = begin();
  world.foreign = [experiment('rl')];
  own.push({ type: 'snapshot', experiments: [] });
  expect(await next()).toBe('snapshot rl');
  // It is launched here, too: the other one gets another name.
  world.foreign = [experiment('rl@box')];
  own.push({ type: 'changed', ...experiment('rl', 'failed'), replaced: true });
  expect(await next()).toBe('changed rl failed');
  expect(await next()).toBe('changed rl@box running');
  // The other one has its name back on disk before the deletion is reported.
  world.foreign = [experiment('rl')];
  changes.push('something');
  expect(await next()).toBe('deleted rl@box');
  own.push({ type: 'deleted', name: 'rl' });
  expect(await next()).toBe('deleted rl');
  expect(await next()).toBe('changed rl running');
  await events.return(undefined);
});

it("a search that does not end leaves the watch of one's own alone", async () => {
  const { own, changes, world, events, next } = begin('mine');
  world.foreign = [experiment('theirs')];
  own.push({ type: 'snapshot', experiments: [experiment('mine')] });
  expect(await next()).toBe('snapshot mine');
  const never = new Promise<readonly ExperimentSnapshot[]>(() => undefined);
  Object.defineProperty(world, 'foreign', { get: () => never });
  changes.push('something');
  own.push({ type: 'changed', ...experiment('mine', 'failed') });
  expect(await next()).toBe('changed mine failed');
  own.push({ type: 'deleted', name: 'mine' });
  expect(await next()).toBe('deleted mine');
  await events.return(undefined);
});
