import type { RequestListener, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { expect } from 'vitest';
import type { KubeObject } from '../../../../src/backends/kube/api/kube-object.ts';
import { recordObject } from '../../../../src/backends/kube/manifests/experiment-record.ts';
import { annotations } from '../../../../src/backends/kube/manifests/labels.ts';
import { ExperimentSupervisor } from '../../../../src/backends/kube/supervisor/experiment-supervisor.ts';
import type { Notice } from '../../../../src/engine/contract/notices.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { test } from '../api/support/lab.ts';
import { build } from '../support/manifests.ts';

/** A record and the pods of an experiment, as an API server lists, watches and changes them. */
class Objects {
  version = 10;
  readonly events: object[] = [];
  readonly #record: KubeObject;
  readonly #pods: readonly KubeObject[];
  readonly #watches: { readonly kind: string; readonly response: ServerResponse }[] = [];

  constructor(record: KubeObject, pods: readonly KubeObject[]) {
    this.#record = record;
    this.#pods = pods;
  }

  get data(): Record<string, string> {
    return this.#record.data as Record<string, string>;
  }

  setStatus(index: number, status: object): void {
    const pod = this.#pods[index] as unknown as { status: object };
    pod.status = status;
    this.#changed('pods', pod as unknown as KubeObject);
  }

  readonly answer: RequestListener = async (request, response) => {
    const url = new URL(request.url ?? '', 'http://server');
    const send = (body: object) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const kind = url.pathname.split('/').find((part) => ['pods', 'configmaps', 'events'].includes(part)) ?? '';
    if (kind === 'events') {
      this.events.push((await json(request)) as object);
      return send({});
    }
    if (url.searchParams.has('watch')) {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      return this.#watches.push({ kind, response });
    }
    if (request.method === 'PATCH') {
      const { metadata, data } = (await json(request)) as { metadata?: { annotations?: object }; data?: object };
      Object.assign(this.#record.metadata.annotations ?? {}, metadata?.annotations);
      Object.assign(this.data, data);
      this.#changed('configmaps', this.#record);
    }
    if (!url.pathname.endsWith(`/${kind}`)) return send(this.#record);
    const items = kind === 'pods' ? this.#pods : [this.#record];
    return send({ metadata: { resourceVersion: `${this.version}` }, items });
  };

  #changed(kind: string, object: KubeObject): void {
    this.version += 1;
    Object.assign(object.metadata, { resourceVersion: `${this.version}` });
    for (const watch of this.#watches)
      if (watch.kind === kind) watch.response.write(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
  }
}

function status(name: string, state: object) {
  const container = { name, ready: 'running' in state, restartCount: 0, state };
  return { phase: 'running' in state ? 'Running' : 'Failed', containerStatuses: [container] };
}
const startedAt = '2026-01-01T00:00:00Z';
const running = { running: { startedAt } };
const ended = (exitCode: number) => ({ terminated: { exitCode, startedAt, finishedAt: '2026-01-01T00:01:00Z' } });

test('a supervisor without rules tells a webhook once of what happens to the pods, and the next one goes on', async ({
  lab,
  onTestFinished,
}) => {
  const { objects, spec, location } = build({
    processes: { learner: { command: 'x' }, agent: { command: 'x' } },
  });
  const given = (object: object, index: number) =>
    ({
      ...object,
      metadata: { ...(object as KubeObject).metadata, uid: `u${index}`, resourceVersion: '1' },
    }) as KubeObject;
  const pods = objects.filter(({ kind }) => kind === 'Pod').map(given);
  const supervision = { kind: 'pod', isStrict: false, isForNotices: true } as const;
  const made = given(
    recordObject(location, { launchId: 'launch-1', version: '1', spec, services: [], supervision }),
    9,
  );
  const marks: Record<string, string> = { [annotations.launched]: startedAt };
  const record = { ...made, metadata: { ...made.metadata, annotations: marks } };
  const cluster = new Objects(record, pods);
  cluster.setStatus(0, status('learner', running));
  cluster.setStatus(1, status('agent', running));
  const server = await lab.server(cluster.answer);
  const told: Notice[] = [];
  const hook = await lab.server(async (request, response) => {
    told.push((await json(request)) as Notice);
    response.end();
  });
  const client = await lab.client(server.url);
  const lines: string[] = [];
  const supervise = () => {
    const ending = new AbortController();
    onTestFinished(() => ending.abort());
    const place = { namespace: 'rl', record: record.metadata.name, experiment: 'rl', launchId: 'launch-1' };
    const notify = { webhook: `${hook.url}/secret-token` };
    const supervisor = new ExperimentSupervisor(client, place, (line) => lines.push(line), ending.signal, notify);
    const run = supervisor.run();
    return async () => {
      ending.abort();
      await run;
    };
  };
  const end = supervise();
  await waitFor(() => marks[annotations.supervised] !== undefined);
  cluster.setStatus(1, status('agent', ended(3)));
  await waitFor(() => cluster.data.decisions !== undefined);
  expect(told).toMatchObject([{ kind: 'failed', text: 'rl: agent failed (exit code 3)', backend: 'kube' }]);
  expect(JSON.parse(cluster.data.decisions ?? '')).toMatchObject({ told: ['failed /agent 0'] });
  await waitFor(() => cluster.events.length > 0);
  await end();
  const endNext = supervise();
  cluster.setStatus(0, status('learner', ended(0)));
  await waitFor(() => told.length > 1);
  expect(told.slice(1)).toMatchObject([{ kind: 'done', text: 'rl failed: agent failed (exit code 3)' }]);
  await endNext();
  expect(JSON.stringify([cluster.data, cluster.events, lines])).not.toContain('secret-token');
});
