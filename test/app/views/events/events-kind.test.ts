import { describe, expect } from 'vitest';
import type { ClusterEvent, EventsOptions } from '../../../../src/engine/contract/events.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { test } from '../../support/app-test.ts';

let count = 0;

function event(fields: Partial<ClusterEvent> = {}): ClusterEvent {
  count += 1;
  const time = new Date().toISOString();
  return { id: `id-${count}`, time, kind: 'normal', reason: 'Ready', message: 'run 1 is ready', count: 1, ...fields };
}

const learner = { group: null, name: 'learner' };
const agent = { group: 'agents', name: 'agent-1' };

/** Events that a test adds to while they are followed. */
function source(first: readonly ClusterEvent[]) {
  const events = [...first];
  const asked: { experiment: string; signal: AbortSignal | undefined }[] = [];
  let wake = Promise.withResolvers<void>();
  let isOver = false;
  async function* follow(experiment: string, { signal }: EventsOptions = {}) {
    asked.push({ experiment, signal });
    const aborted = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
    for (let next = 0; !signal?.aborted; ) {
      const known = events[next];
      if (known !== undefined) {
        next += 1;
        yield known;
      } else if (isOver) return;
      else await Promise.race([wake.promise, aborted]);
    }
  }
  const stir = () => {
    wake.resolve();
    wake = Promise.withResolvers();
  };
  return {
    asked,
    capabilities: { events: { events: follow } },
    add(...added: ClusterEvent[]) {
      events.push(...added);
      stir();
    },
    end() {
      isOver = true;
      stir();
    },
  };
}

describe('the events of an experiment', () => {
  test('are listed oldest first, and the list follows new ones as long as its end is selected', async ({ open }) => {
    const { capabilities, add, asked } = source([event({ message: 'first' }), event({ message: 'second' })]);
    const app = await open({ capabilities });
    await app.perform('events');
    expect(app.view().kind).toBe('events');
    await waitFor(() => app.rows().some((row) => row.includes('second')));
    const messages = () => app.rows().flatMap((row) => /first|second|third|fourth/.exec(row)?.[0] ?? []);
    const selected = () => app.view().list?.cursor;
    add(event({ id: 'third', message: 'third', kind: 'warning', process: agent, reason: 'Failed', state: 'failed' }));
    await waitFor(() => messages().includes('third'));
    expect(messages()).toEqual(['first', 'second', 'third']);
    expect(selected()).toBe('third');
    expect(app.rows().join('\n')).toMatch(/agents\/agent-1 +Failed +third/);
    await app.perform('up');
    add(event({ message: 'fourth' }));
    await waitFor(() => messages().includes('fourth'));
    expect(selected()).not.toBe('third');
    expect(messages()).toEqual(['first', 'second', 'third', 'fourth']);
    expect(asked).toMatchObject([{ experiment: 'rl' }]);
    await app.perform('back');
    expect(asked[0]?.signal?.aborted).toBe(true);
  });

  test('lead to their process', async ({ open }) => {
    const { capabilities } = source([
      event(),
      event({ process: { group: null, name: 'gone' } }),
      event({ process: learner }),
    ]);
    const app = await open({ capabilities });
    await app.perform('events');
    await waitFor(() => app.rows().some((row) => row.includes('learner')));
    await app.perform('up');
    await app.perform('open');
    expect(app.told()).toContain('info: gone does not exist any more.');
    await app.perform('down');
    await app.perform('open').catch(() => undefined);
    expect(app.view()).toMatchObject({ kind: 'process', process: learner });
  });

  test('are filtered by their text', async ({ open }) => {
    const { capabilities } = source([event({ message: 'exit code 3', process: agent }), event({ process: learner })]);
    const app = await open({ capabilities });
    await app.perform('events');
    await waitFor(() => app.rows().some((row) => row.includes('learner')));
    const filter = (text: string) =>
      app.store.setState(({ views }) => ({
        views: views.map((view) =>
          view.list === undefined ? view : { ...view, list: { ...view.list, filter: text } },
        ),
      }));
    filter('CODE 3');
    expect(app.rows().join('\n')).not.toContain('learner');
    filter('!code 3');
    expect(app.rows().join('\n')).not.toContain('agent-1');
    filter('nothing');
    expect(app.rows().join('\n')).toContain('Nothing matches the filter.');
  });

  test('of a repetition count up', async ({ open }) => {
    const { capabilities, add } = source([event({ id: 'same', message: 'pull' })]);
    const app = await open({ capabilities });
    await app.perform('events');
    await waitFor(() => app.rows().some((row) => row.includes('pull')));
    add(event({ id: 'same', message: 'pull', count: 4 }));
    await waitFor(() => app.rows().some((row) => row.includes('pull (4 times)')));
    expect(app.rows().filter((row) => row.includes('pull'))).toHaveLength(1);
  });

  test('stay on the screen when the experiment is deleted', async ({ open }) => {
    const { capabilities, end } = source([event({ message: 'last' })]);
    const app = await open({ capabilities });
    await app.perform('events');
    await waitFor(() => app.rows().some((row) => row.includes('last')));
    end();
    await waitFor(
      () => app.view().kind === 'events' && 'isLive' in app.view() && !(app.view() as { isLive?: boolean }).isLive,
    );
    expect(app.rows().join('\n')).toContain('last');
    expect(app.told()).toEqual([]);
  });

  test('are refused in words where the backend has none', async ({ open }) => {
    const app = await open();
    await app.perform('events').catch(() => undefined);
    expect(app.view().kind).toBe('experiments');
    expect(app.told().join()).toMatch(/keeps no events/);
  });
});
