import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { test as base, describe, expect } from 'vitest';
import type { EventToWrite } from '../../../../src/backends/kube/events/write-event.ts';
import { supervisorNotices } from '../../../../src/backends/kube/supervisor/supervisor-notices.ts';
import type { Notice } from '../../../../src/engine/contract/notices.ts';
import { countProcesses, type ProcessState, summarizeState } from '../../../../src/engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../../../src/engine/contract/watch.ts';
import { waitFor } from '../../../support/wait-for.ts';

function snapshot(...states: readonly ProcessState[]): ExperimentSnapshot {
  const processes = states.map((state, index) => {
    const common = { experiment: 'rl', group: null, ready: false, restarts: 0, ports: {}, command: 'x' };
    return { ...common, name: `p${index}`, state };
  });
  const experiment = {
    name: 'rl',
    backend: 'kube',
    state: summarizeState(processes),
    createdAt: '2026-01-01T00:00:00.000Z',
    processes: countProcesses(processes),
    services: [],
  };
  return { experiment, processes };
}

/** A webhook, and an experiment whose record keeps what was told. */
// biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed
const test = base.extend('place', async ({}, { onCleanup }) => {
  const got: Notice[] = [];
  const place = {
    got,
    status: 200,
    state: snapshot('running') as ExperimentSnapshot | undefined,
    told: [] as readonly string[],
    isStoring: true,
    events: [] as EventToWrite[],
    lines: [] as string[],
    address: '',
  };
  const server = createServer(async (request, response) => {
    got.push((await json(request)) as Notice);
    response.writeHead(place.status).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  place.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-token`;
  const endings: AbortController[] = [];
  onCleanup(() => {
    for (const ending of endings) ending.abort();
    server.closeAllConnections();
    server.close();
  });
  /** Begins a supervisor, and ends those before it. */
  const supervise = (webhook = place.address) => {
    for (const ending of endings) ending.abort();
    const ending = new AbortController();
    endings.push(ending);
    const notices = supervisorNotices({
      notify: { webhook },
      launchId: 'launch',
      snapshot: () => place.state,
      told: () => place.told,
      async setTold(told) {
        if (!place.isStoring) throw new Error('the API server does not answer');
        place.told = told;
      },
      record: (event) => place.events.push(event),
      report: (line) => place.lines.push(line),
      signal: ending.signal,
    });
    return { notices, end: () => ending.abort() };
  };
  return Object.assign(place, { supervise });
});

describe('the notices of a supervisor in the cluster', () => {
  test('are sent once, also if another supervisor goes on', async ({ place }) => {
    place.state = snapshot('failed', 'running');
    place.supervise().notices.consider();
    await waitFor(() => place.told.length > 0);
    expect(place.got).toMatchObject([{ kind: 'failed', backend: 'kube', text: 'rl: p0 failed' }]);
    expect(place.events).toMatchObject([{ reason: 'NoticeSent', message: expect.stringMatching(/told the webhook/) }]);
    const { notices } = place.supervise();
    notices.consider();
    expect(notices.isBusy).toBe(false);
    place.state = snapshot('failed', 'succeeded');
    notices.consider();
    await waitFor(() => place.got.length === 2);
    expect(place.got[1]).toMatchObject({ kind: 'done', text: 'rl failed: p0 failed' });
  });

  test('are repeated with the same id if the supervisor ends before what was told is stored', async ({ place }) => {
    place.isStoring = false;
    place.state = snapshot('succeeded');
    const first = place.supervise();
    first.notices.consider();
    await waitFor(() => place.lines.some((line) => /cannot be stored yet/.test(line)));
    first.notices.consider();
    first.end();
    place.isStoring = true;
    place.supervise().notices.consider();
    await waitFor(() => place.told.length > 0);
    expect(place.got).toHaveLength(2);
    expect(place.got[1]?.id).toBe(place.got[0]?.id);
  });

  test('that are refused are an event without the address, and are not sent again', async ({ place }) => {
    place.status = 404;
    place.state = snapshot('failed', 'running');
    const { notices } = place.supervise();
    notices.consider();
    await waitFor(() => place.told.length > 0);
    notices.consider();
    expect(notices.isBusy).toBe(false);
    expect(place.got).toHaveLength(1);
    expect(place.events).toMatchObject([{ reason: 'NoticeFailed', kind: 'warning' }]);
    expect(JSON.stringify([place.events, place.lines, place.told])).not.toContain('secret-token');
  });

  test('are not sent of an experiment that is being deleted', async ({ place }) => {
    place.state = undefined;
    const { notices } = place.supervise();
    notices.consider();
    expect(notices.isBusy).toBe(false);
  });
});
