import { expect, test } from 'vitest';
import { ApiError } from '../../../../src/backends/kube/api/api-error.ts';
import type { KubeObject } from '../../../../src/backends/kube/api/kube-object.ts';
import { toClusterEvent } from '../../../../src/backends/kube/events/cluster-event.ts';
import { newestRun, stateEvents } from '../../../../src/backends/kube/events/state-events.ts';
import { SupervisorEvents } from '../../../../src/backends/kube/supervisor/supervisor-events.ts';
import type { ProcessStatus } from '../../../../src/engine/contract/status.ts';
import { hangEvent, overEvent, waitingEvent } from '../../../../src/engine/rules/rule-events.ts';

const location = { experiment: 'rl', namespace: 'rl', ownNamespace: true };
const scope = {
  location,
  processes: [{ group: null, name: 'main' }],
  launchedAt: '2026-01-01T00:00:00Z',
};
const time = '2026-01-01T00:00:09.000Z';
const over = overEvent({ outcome: 'failed', rule: 'maxDuration', reason: 'ran longer than 5s', time });
const backoff: ProcessStatus = {
  experiment: 'rl',
  group: null,
  name: 'main',
  ports: {},
  command: 'x',
  state: 'backoff',
  ready: false,
  restarts: 0,
  reason: 'exit code 3',
  startedAt: '2026-01-01T00:00:01.000Z',
  finishedAt: '2026-01-01T00:00:02.000Z',
  exitCode: 3,
};

/** A server with events, which refuses some calls. */
class Server {
  readonly events = new Map<string, KubeObject>();
  calls = 0;
  refusal: number | undefined;

  supervisor(): SupervisorEvents {
    return new SupervisorEvents(async (event) => {
      this.calls += 1;
      if (this.refusal !== undefined) throw refused(this.refusal);
      if (this.events.has(event.metadata.name)) throw refused(409);
      this.events.set(event.metadata.name, event);
    }, 'launch');
  }

  read() {
    return [...this.events.values()].map((event) => toClusterEvent(event, scope));
  }
}

function refused(code: number): ApiError {
  const identity = { context: 'c', server: 's', user: 'u', namespace: 'n' };
  return new ApiError(code, {}, 'create events', identity);
}

test('what a supervisor applies is an event, once for all supervisors', async () => {
  const server = new Server();
  for (const supervisor of [server.supervisor(), server.supervisor()]) {
    for (let looks = 0; looks < 3; looks += 1) {
      await supervisor.applied(location, over, time);
      await supervisor.applied(location, waitingEvent({ key: 'main', reason: 'waits for a to start' }));
      await supervisor.applied(location, hangEvent({ key: 'main', reason: 'wrote nothing for 3s' }, 2), 'container-2');
      await supervisor.waitsForRestart(location, backoff, 0);
    }
  }
  expect(server.calls).toBe(8);
  expect(server.read()).toMatchObject([
    { time, kind: 'warning', reason: 'Over', message: 'failed, by maxDuration: ran longer than 5s' },
    { process: { name: 'main' }, kind: 'normal', reason: 'Waiting', message: 'waits for a to start' },
    { process: { name: 'main' }, kind: 'warning', reason: 'Hangs', run: 2, message: 'wrote nothing for 3s' },
    { reason: 'BackOff', state: 'backoff', run: 1, message: 'waits for its restart: exit code 3' },
  ]);
  // A client that derives it from the status tells it once.
  const derived = stateEvents('launch', backoff, newestRun(backoff), undefined).at(-1);
  expect(server.read().at(-1)).toEqual(derived);
});

test('an event that could not be written is written later, and one that is not allowed is not', async () => {
  const server = new Server();
  const supervisor = server.supervisor();
  server.refusal = 503;
  await supervisor.applied(location, over);
  server.refusal = undefined;
  await supervisor.applied(location, over);
  expect(server.events.size).toBe(1);
  const other = server.supervisor();
  server.refusal = 403;
  await other.waitsForRestart(location, backoff, 0);
  await other.waitsForRestart(location, backoff, 0);
  expect(server.calls).toBe(3);
});
