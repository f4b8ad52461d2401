import { describe, expect, test } from 'vitest';
import { Cluster } from '../../../src/engine/client/cluster.ts';
import type { Backend } from '../../../src/engine/contract/backend.ts';
import type { Capabilities } from '../../../src/engine/contract/capabilities.ts';
import { thrownBy } from '../support/thrown.ts';

const processes = [
  { experiment: 'rl', group: null, name: 'learner' },
  { experiment: 'rl', group: 'agents', name: 'agent-0' },
  { experiment: 'rl', group: 'agents', name: 'agent-1' },
];
const [learner, agent0, agent1] = processes;

/** Yields until its signal aborts. */
async function* untilAborted(what: string, signal: AbortSignal | undefined) {
  yield what as never;
  if (signal?.aborted) return;
  await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
}

/** A cluster that does what its methods ask, and what it was asked for. */
function openCluster(capabilities: 'all' | 'none' = 'all') {
  const asked: unknown[] = [];
  const note =
    (what: string) =>
    async (...args: readonly unknown[]): Promise<never> => {
      asked.push([what, ...args.slice(0, 3)]);
      return undefined as never;
    };
  const all: Capabilities = {
    restart: { restart: note('restart') },
    stop: { stop: note('stop') },
    exec: { exec: note('exec') },
    shell: { shell: note('shell') },
    copy: { copy: note('copy') },
    visit: { visit: note('visit') },
    events: { events: (_name, options) => untilAborted('event', options?.signal) },
    metrics: { metrics: (_name, options) => untilAborted('sample', options.signal) },
    logBytes: { logBytes: (_name, _reference, options) => untilAborted('bytes', options?.signal) },
  };
  const backend = {
    name: 'cloud',
    capabilities: capabilities === 'all' ? all : {},
    listProcesses: async () => {
      asked.push('list');
      return processes;
    },
    watch: ({ signal }: { signal?: AbortSignal }) => untilAborted('snapshot', signal),
    logBatches: (_name: string, references: unknown, { signal }: { signal?: AbortSignal }) => {
      asked.push(['logs', references]);
      return untilAborted(['line'] as never, signal);
    },
    close: async () => {},
  } as unknown as Backend;
  return { cluster: new Cluster(backend), asked };
}

describe('processes are named', () => {
  test('by text, as commands have it, also a whole group and several that overlap', async () => {
    const { cluster, asked } = openCluster();
    await cluster.restart('rl', 'learner');
    await cluster.stop('rl', ['agents', 'agents/agent-1', 'learn']);
    expect(asked).toEqual([
      'list',
      ['restart', 'rl', [learner], {}],
      'list',
      ['stop', 'rl', [agent0, agent1, learner], {}],
    ]);
    expect(await thrownBy(() => cluster.restart('rl', 'lerner'))).toMatchObject({ code: 'not-found' });
    expect(await thrownBy(() => cluster.shell('rl', 'agent', {} as never))).toMatchObject({ code: 'ambiguous' });
  });

  test('by a reference, which asks for nothing', async () => {
    const { cluster, asked } = openCluster();
    await cluster.restart('rl', { group: null, name: 'learner' });
    await cluster.copy('rl', 'here.txt', { process: { group: null, name: 'learner' }, path: 'there.txt' });
    expect(asked).toEqual([
      ['restart', 'rl', [{ group: null, name: 'learner' }], {}],
      ['copy', 'rl', { path: 'here.txt' }, { path: 'there.txt', process: { group: null, name: 'learner' } }],
    ]);
  });

  test('by nothing else', async () => {
    const { cluster } = openCluster();
    for (const wrong of [5, undefined, {}, [null]]) {
      const error = await thrownBy(() => cluster.stop('rl', wrong as never));
      expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('names no process') });
    }
  });
});

test('what names no experiment is refused', async () => {
  const { cluster } = openCluster();
  for (const wrong of [undefined, null, 5, { name: 'rl' }]) {
    const error = await thrownBy(() => cluster.stop(wrong as never, 'learner'));
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('names no experiment') });
  }
});

test('what is no command is refused', async () => {
  const { cluster } = openCluster();
  for (const wrong of ['ls -la', [], [''], ['ls', 5], undefined]) {
    const error = await thrownBy(() => cluster.exec('rl', 'learner', wrong as never));
    expect(error).toMatchObject({ code: 'usage', message: expect.stringMatching(/^The command is /) });
  }
});

test('what is no number of lines is refused', async () => {
  const { cluster } = openCluster();
  for (const tail of [-3, 0.5, Number.NaN, '10' as never]) {
    const error = await thrownBy(() => cluster.logs('rl', 'learner', { tail }).next());
    expect(error).toMatchObject({ code: 'usage', message: expect.stringMatching(/^tail is .*0 or more/) });
  }
});

test('what a backend cannot do is refused before anything is asked', async () => {
  const { cluster, asked } = openCluster('none');
  const calls = {
    'cannot restart': () => cluster.restart('rl', 'learner'),
    'cannot stop': () => cluster.stop('rl', 'learner'),
    'cannot exec': () => cluster.exec('rl', 'learner', ['true']),
    'opens no shells': () => cluster.shell('rl', 'learner', {} as never),
    'cannot copy': () => cluster.copy('rl', 'a', 'b'),
    'cannot visit': () => cluster.visit('rl', 'page'),
    'keeps no events': () => cluster.events('rl').next(),
    'gives no metrics': () => cluster.metrics('rl').next(),
  };
  for (const [words, call] of Object.entries(calls)) {
    expect(await thrownBy(call)).toMatchObject({ code: 'unsupported', message: `The cloud backend ${words}.` });
  }
  expect(asked).toEqual([]);
});

describe('close', () => {
  test('ends everything that is open, and leaves the signals of callers alone', async () => {
    const { cluster } = openCluster();
    const { signal } = new AbortController();
    const open = [
      cluster.watch({ signal }),
      cluster.logs('rl', 'learner', { follow: true, signal }),
      cluster.events('rl', { follow: true, signal }),
      cluster.metrics('rl', { signal: undefined }),
      cluster.capabilities.logBytes?.logBytes('rl', { group: null, name: 'learner' }, { signal }) ?? [],
    ].map((iterable) => (iterable as AsyncIterable<unknown>)[Symbol.asyncIterator]());
    for (const iterator of open) expect(await iterator.next()).toMatchObject({ done: false });
    const ends = open.map((iterator) => iterator.next());
    await cluster.close();
    for (const end of await Promise.all(ends)) expect(end).toMatchObject({ done: true });
    expect(signal.aborted).toBe(false);
  });

  test('ends also what nothing was read of yet', async () => {
    const { cluster } = openCluster();
    const logs = cluster.logs('rl', 'learner', { follow: true });
    const events = cluster.events('rl', { follow: true });
    await cluster.close();
    for (const iterator of [logs, events]) {
      const items: unknown[] = [];
      for await (const item of iterator) items.push(item);
      expect(items.length).toBeLessThanOrEqual(1);
    }
  });
});
