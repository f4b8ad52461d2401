import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import type { KubeClient } from '../../../../src/backends/kube/api/kube-client.ts';
import type { KubeObject } from '../../../../src/backends/kube/api/kube-object.ts';
import { toClusterEvent } from '../../../../src/backends/kube/events/cluster-event.ts';
import { noteRequest } from '../../../../src/backends/kube/events/note-request.ts';

const location = { experiment: 'rl', namespace: 'rl', ownNamespace: true };
const learner = { group: null, name: 'learner' };
const scope = { location, processes: [learner], launchedAt: '2026-01-01T00:00:00Z' };

/** A client that takes objects, or refuses them. */
function clientOf(create: (object: KubeObject) => Promise<unknown>): KubeClient {
  return { create } as unknown as KubeClient;
}

test('a request becomes an event that says what was asked for, and by what', async () => {
  const created: KubeObject[] = [];
  const client = clientOf(async (object) => created.push(object));
  const origin = 'symphony scale';
  const time = '2026-01-01T00:00:09.000Z';
  await noteRequest(client, location, { reason: 'ScaleRequested', what: 'agent from 2 to 3', origin, time });
  await noteRequest(client, location, { reason: 'StopRequested', processes: [learner], origin: undefined });
  const by = `on ${hostname()} (pid ${process.pid})`;
  expect(created.map((object) => toClusterEvent(object, scope))).toMatchObject([
    { time, reason: 'ScaleRequested', message: `agent from 2 to 3, by symphony scale ${by}`, kind: 'normal' },
    { reason: 'StopRequested', process: learner, message: expect.stringContaining(by) },
  ]);
});

test('a request goes on though its event is refused', async () => {
  const client = clientOf(() => Promise.reject(new Error('forbidden')));
  await expect(noteRequest(client, location, { reason: 'Launched', origin: 'x' })).resolves.toBeUndefined();
});
