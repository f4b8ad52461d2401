import { afterEach, describe, expect, test } from 'vitest';
import type { Backend, DeleteOptions, ExperimentDescription } from '../../../src/engine/contract/backend.ts';
import type { Progress } from '../../../src/engine/contract/capabilities.ts';
import { SymphonyError } from '../../../src/engine/contract/errors.ts';
import type { LogLine } from '../../../src/engine/contract/logs.ts';
import type { ProcessReference } from '../../../src/engine/contract/status.ts';
import { deleteWithHistory, replaceWithHistory } from '../../../src/engine/history/delete-with-history.ts';
import { History } from '../../../src/engine/history/history.ts';
import { overrideSetting } from '../../../src/engine/settings/config.ts';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../src/engine/spec/resolve/resolve-experiment.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { thrownBy } from '../support/thrown.ts';

scratchFolder();
afterEach(() => overrideSetting('program', 'historyWait', undefined));
const history = new History();
const spec = parseSpec({ name: 'rl', processes: { a: { command: 'true' }, b: { command: 'true' } } }, { baseDir: '/' });

function description(launchId = 'first'): ExperimentDescription {
  const member = (name: string) => ({
    experiment: 'rl',
    group: null,
    name,
    state: 'running' as const,
    ready: true,
    restarts: 0,
    startedAt: '2026-01-01T00:00:00Z',
    ports: {},
    command: 'true',
    runs: [],
    env: {},
    bind: [],
    connect: [],
    expose: [],
  });
  return {
    name: 'rl',
    backend: 'fake',
    state: 'running',
    createdAt: '2026-01-01T00:00:00Z',
    processes: { total: 2, ready: 2, running: 2, failed: 0, succeeded: 0 },
    services: [],
    launchId,
    location: 'somewhere',
    spec,
    notes: [],
    members: [member('a'), member('b')],
  };
}

/** A backend that records what is asked of it, in order. */
function fakeBackend(overrides: Partial<Backend> = {}) {
  const calls: string[] = [];
  const backend = {
    name: 'fake',
    place: 'place one',
    capabilities: {},
    async describeExperiment() {
      return description();
    },
    async *logBatches(_name: string, [reference]: readonly ProcessReference[]) {
      calls.push(`logs ${reference?.name}`);
      yield [
        { group: null, name: reference?.name ?? '', run: 1, kind: 'line', text: `from ${reference?.name}` },
      ] as LogLine[];
    },
    async delete(name: string, { onEnded }: DeleteOptions) {
      await onEnded?.();
      calls.push('delete');
      return { name, leftovers: [] };
    },
    async launch() {
      calls.push('launch');
      return { experiment: description('second'), processes: [] };
    },
    ...overrides,
  } as unknown as Backend;
  return { backend, calls };
}

const textsOf = async (name: string) =>
  (await Array.fromAsync(history.logs('rl', [{ group: null, name }]))).map(({ text }) => text);

describe('a deletion through the contract', () => {
  test('reads everything, and deletes it then', async () => {
    const { backend, calls } = fakeBackend();
    expect(await deleteWithHistory(backend, 'rl', {})).toEqual({ name: 'rl', leftovers: [] });
    expect(calls).toEqual(['logs a', 'logs b', 'delete']);
    expect(await history.read('rl')).toMatchObject({ name: 'rl.1', place: 'place one', state: 'running', notes: [] });
    expect(await textsOf('b')).toEqual(['from b']);
  });

  test('of a backend that tells of the ends reads there', async () => {
    const { backend, calls } = fakeBackend({
      history: 'on-ended',
      async delete(name, { onEnded } = {}) {
        calls.push('end');
        await onEnded?.();
        calls.push('delete');
        return { name, leftovers: [] };
      },
    });
    await deleteWithHistory(backend, 'rl', {});
    expect(calls).toEqual(['end', 'logs a', 'logs b', 'delete']);
    expect(await textsOf('a')).toEqual(['from a']);
  });

  test('reads by what the backend offers at the end, keeps its notes, and reports how far it is', async () => {
    const { backend, calls } = fakeBackend({
      history: 'on-ended',
      async delete(name, { onEnded } = {}) {
        await onEnded?.({
          notes: ['1 of 2 pods had not ended'],
          async *logBatches({ group, name }) {
            yield [{ group, name, run: 1, kind: 'line', text: `last of ${name}` }];
          },
        });
        return { name, leftovers: [] };
      },
    });
    const reports: unknown[] = [];
    const onProgress = ({ done, total }: Progress) => void reports.push([done, total]);
    const { notes } = await deleteWithHistory(backend, 'rl', { onProgress });
    expect(notes).toEqual(['1 of 2 pods had not ended']);
    expect((await history.read('rl')).notes).toEqual(notes);
    expect(await textsOf('a')).toEqual(['last of a']);
    expect(calls).toEqual([]);
    expect(reports).toEqual([
      [0, 2],
      [1, 2],
      [2, 2],
    ]);
  });

  test('waits for logs no longer than the setting says, keeps what came, and says so', async () => {
    overrideSetting('program', 'historyWait', 1);
    const { backend } = fakeBackend({
      async *logBatches(_name, [reference]) {
        yield [{ group: null, name: reference?.name ?? '', run: 1, kind: 'line', text: 'begun' }];
        if (reference?.name === 'b') await new Promise(() => {});
      },
    });
    const note = 'fetched the logs of 1 of 2 processes; 1 did not answer within 1 s';
    expect(await deleteWithHistory(backend, 'rl', {})).toEqual({ name: 'rl', leftovers: [], notes: [note] });
    expect((await history.read('rl')).notes).toEqual([note]);
    expect(await textsOf('b')).toEqual(['begun']);
  });

  test('waits for a backend that is not available for a moment, and reads each line once', async () => {
    let failures = 2;
    const { backend } = fakeBackend({
      async *logBatches(_name, [reference]) {
        yield [{ group: null, name: reference?.name ?? '', run: 1, kind: 'line', text: 'begun' }];
        if (reference?.name === 'b' && failures-- > 0)
          throw new SymphonyError('backend-unavailable', 'The server does not answer.');
      },
    });
    expect(await deleteWithHistory(backend, 'rl', {})).toEqual({ name: 'rl', leftovers: [] });
    expect(await textsOf('b')).toEqual(['begun']);
  });

  test('waits for a backend that cannot be asked at first', async () => {
    const answers = [() => Promise.reject(new SymphonyError('backend-unavailable', 'The server is busy.'))];
    const { backend } = fakeBackend({
      describeExperiment: () => answers.shift()?.() ?? Promise.resolve(description()),
    });
    await deleteWithHistory(backend, 'rl', {});
    expect(await history.list()).toHaveLength(1);
  });

  test('says which logs could not be read', async () => {
    const { backend } = fakeBackend({
      async *logBatches(_name, [reference]) {
        if (reference?.name === 'a') throw new SymphonyError('failed', 'The node does not answer.');
        yield [];
      },
    });
    expect((await deleteWithHistory(backend, 'rl', {})).notes).toEqual([
      'fetched the logs of 1 of 2 processes; of 1: The node does not answer.',
    ]);
  });

  test('that fails leaves nothing in the history; one that is interrupted goes on, and leaves its entry', async () => {
    const failing = (code: 'not-found' | 'interrupted') =>
      fakeBackend({ delete: () => Promise.reject(new SymphonyError(code, 'It did not go.')) }).backend;
    expect(await thrownBy(() => deleteWithHistory(failing('not-found'), 'rl', {}))).toMatchObject({
      code: 'not-found',
    });
    expect(await history.list()).toEqual([]);
    expect(await thrownBy(() => deleteWithHistory(failing('interrupted'), 'rl', {}))).toMatchObject({
      code: 'interrupted',
    });
    expect(await history.list()).toHaveLength(1);
  });

  test('of what cannot be described is a plain deletion', async () => {
    const { backend, calls } = fakeBackend({ describeExperiment: () => Promise.reject(new Error('damaged')) });
    expect(await deleteWithHistory(backend, 'rl', {})).toEqual({ name: 'rl', leftovers: [] });
    expect(calls).toEqual(['delete']);
  });
});

describe('a replacement through the contract', () => {
  const resolved = resolveExperiment(spec);

  test('reads the replaced experiment without stopping it', async () => {
    const { backend, calls } = fakeBackend();
    await replaceWithHistory(backend, resolved, { force: true });
    expect(calls).toEqual(['logs a', 'logs b', 'launch']);
    expect(await history.list()).toMatchObject([{ name: 'rl.1', how: 'replaced' }]);
  });

  test('that is refused leaves nothing, unless the experiment is gone', async () => {
    const launch = () => Promise.reject(new SymphonyError('failed', 'It was refused.'));
    const refused = fakeBackend({ launch });
    expect(await thrownBy(() => replaceWithHistory(refused.backend, resolved, {}))).toMatchObject({ code: 'failed' });
    expect(await history.list()).toEqual([]);
    // Described before the launch, while it is read, and after the launch.
    const described = [description('first'), description('first'), description('second')].values();
    const gone = async () => described.next().value ?? description('second');
    const { backend } = fakeBackend({ launch, describeExperiment: gone });
    await thrownBy(() => replaceWithHistory(backend, resolved, {}));
    expect(await history.list()).toMatchObject([{ launchId: 'first' }]);
  });
});
