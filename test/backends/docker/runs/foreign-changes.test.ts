import { expect, it } from 'vitest';
import type { EngineEvent } from '../../../../src/backends/docker/api/engine-objects.ts';
import { labels } from '../../../../src/backends/docker/containers/labels.ts';
import { foreignChanges } from '../../../../src/backends/docker/runs/foreign-changes.ts';

const event = (owner: string): EngineEvent => ({
  Type: 'container',
  Action: 'start',
  Actor: { ID: 'a', Attributes: { [labels.owner]: owner } },
  timeNano: 0,
  time: 0,
});

it('what others do is reported, and an engine that does not answer is asked again', async () => {
  const ending = new AbortController();
  let asked = 0;
  const reported: string[] = [];
  async function* batches() {
    for (const owner of ['me', 'them']) {
      if (ending.signal.aborted) return;
      reported.push(owner);
      yield [event(owner)];
    }
  }
  const connect = async () => {
    asked++;
    if (asked === 1) throw new Error('no engine');
    return { openEvents: async () => batches() };
  };
  const changes = foreignChanges(connect, 'me', ending.signal);
  await changes.next();
  expect([asked, reported]).toEqual([2, []]);
  await changes.next();
  expect(reported).toEqual(['me', 'them']);
  // The stream has ended: another one is opened.
  await changes.next();
  expect(asked).toBe(3);
  ending.abort();
  for await (const _ of changes) expect.unreachable('It is over.');
});
