import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { type ListWatchEvent, listAndWatch } from '../../../../src/backends/kube/api/list-watch.ts';
import type { Progress } from '../../../../src/engine/contract/capabilities.ts';
import { formatProcess } from '../../../../src/engine/contract/status.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../../../src/engine/contract/watch.ts';
import { mergeChange } from '../../../../src/engine/contract/watch.ts';
import { History } from '../../../../src/engine/history/history.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { ctl, ctlAtOnce, hasClusterTools } from '../support/cluster-tools.ts';
import { evict, whileDown } from '../support/disruptions.ts';
import { base, type KubeLab } from '../support/kube-lab.ts';
import { test } from '../support/kube-test.ts';

const counting = 'i=0; while :; do i=$((i + 1)); echo "line $i"; sleep 0.05; done';

/** The events of a watch, and the state that they add up to. */
class Picture {
  readonly events: WatchEvent[] = [];
  readonly #experiments = new Map<string, ExperimentSnapshot>();
  readonly #controller = new AbortController();
  readonly #reading: Promise<void>;

  constructor({ cluster }: KubeLab) {
    this.#reading = this.#read(cluster.watch({ signal: this.#controller.signal }));
  }

  state(experiment: string, target = 'main'): string | undefined {
    const found = this.#experiments.get(experiment)?.processes.find((status) => formatProcess(status) === target);
    return found && `${found.state}${found.restarts > 0 ? ` after ${found.restarts}` : ''}`;
  }

  until(condition: (picture: this) => unknown, what: string, timeout = 60): Promise<unknown> {
    return waitFor(() => condition(this), { timeout, what });
  }

  saw(type: WatchEvent['type'], from = 0): boolean {
    return this.events.slice(from).some((event) => event.type === type);
  }

  async end(): Promise<void> {
    this.#controller.abort();
    await this.#reading;
  }

  async #read(events: AsyncIterable<WatchEvent>): Promise<void> {
    for await (const event of events) {
      this.events.push(event);
      if (event.type === 'snapshot') {
        this.#experiments.clear();
        for (const one of event.experiments) this.#experiments.set(one.experiment.name, one);
      } else if (event.type === 'changed') {
        const { name } = event.experiment;
        this.#experiments.set(name, mergeChange(this.#experiments.get(name), event));
      } else if (event.type === 'deleted') this.#experiments.delete(event.name);
    }
  }
}

/** Follows a log in the background; `texts` grows with its lines. */
function follow(lab: KubeLab, name: string) {
  const controller = new AbortController();
  const texts: string[] = [];
  const read = async () => {
    for await (const { kind, text } of lab.follow(name, 'main', { signal: controller.signal })) {
      if (kind === 'line') texts.push(text);
    }
  };
  const reading = read();
  return {
    texts,
    async end() {
      controller.abort();
      await reading;
    },
  };
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`);

describe.runIf(hasClusterTools)('faults of the cluster', () => {
  test('a watch and a follower survive a restart of the API server, and report it meanwhile', async ({ lab }) => {
    await lab.launch('restarted-server', { processes: { main: { command: counting } } });
    await lab.until('restarted-server', 'main', 'running');
    const picture = new Picture(lab);
    const log = follow(lab, 'restarted-server');
    try {
      await picture.until(() => picture.state('restarted-server') === 'running', 'the process in the watch');
      await waitFor(() => log.texts.length > 20, { what: 'lines' });
      await whileDown('kube-apiserver', async () => {
        await picture.until(() => picture.saw('stale'), 'an event about the unreachable server', 30);
        const stale = picture.events.find((event) => event.type === 'stale');
        expect(stale).toMatchObject({ reason: expect.stringContaining('127.0.0.1:16443') });
        await expect(lab.cluster.listExperiments()).rejects.toMatchObject({ code: 'backend-unavailable' });
      });
      const before = log.texts.length;
      await picture.until(() => picture.saw('fresh'), 'the server to be back', 60);
      await waitFor(() => log.texts.length > before + 60, { timeout: 60, what: 'lines after that' });
      // Later changes are reported, too.
      await waitFor(
        () => lab.cluster.capabilities.stop?.stop('restarted-server', [{ group: null, name: 'main' }]).then(() => true),
        { timeout: 60 },
      );
      await picture.until(() => picture.state('restarted-server') === 'stopped', 'the end of the process');
    } finally {
      await log.end();
      await picture.end();
    }
    expect(log.texts).toEqual(numbered(log.texts.length));
    expect(await lab.texts('restarted-server')).toEqual(log.texts);
  });

  test('a watch lists again after its version has expired', async ({ lab }) => {
    const namespace = await lab.namespace('symphony-expired');
    const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } });
    await lab.admin.create(configMap('before'));
    const controller = new AbortController();
    const events: ListWatchEvent[] = [];
    const names: string[] = [];
    const reading = (async () => {
      const options = { kind: 'ConfigMap', namespace, signal: controller.signal } as const;
      for await (const event of listAndWatch(lab.admin, options)) {
        events.push(event);
        if (event.type === 'list') names.splice(0, names.length, ...event.items.map(({ metadata }) => metadata.name));
        else if (event.type === 'put') names.push(event.object.metadata.name);
      }
    })();
    const lists = () => events.filter(({ type }) => type === 'list').length;
    try {
      await waitFor(() => names.includes('before'), { what: 'the first list' });
      // This write makes the last version that the watch saw older than the newest, on an idle cluster too.
      await lab.namespace('symphony-elsewhere');
      await whileDown('kube-apiserver', async () => {
        await waitFor(() => events.some(({ type }) => type === 'stale'), { timeout: 30, what: 'staleness' });
        await ctl('compact');
      });
      await waitFor(() => lists() === 2, { timeout: 60, what: 'another list' });
      expect(names).toContain('before');
      await waitFor(() => lab.admin.create(configMap('after')), { timeout: 60 });
      await waitFor(() => names.includes('after'), { what: 'what comes after it' });
      expect(events.at(-1)?.type).toBe('put');
      expect(lists()).toBe(2);
    } finally {
      controller.abort();
      await reading;
    }
  });

  test('a launch and a deletion continue after the API server was down', async ({ lab }) => {
    const command = 'trap "echo over; exit" TERM; while :; do sleep 0.1; done';
    const main = { command, stop: { timeout: 5 }, replicas: 8, bind: 'port', ready: 'started' };
    const spec = lab.spec('bridged', { kube: { ...base.kube, expose: 'none' }, processes: { main } });
    /** Takes the server away for a while as soon as a call has come so far, before it goes on. */
    const meanwhile = (isTime: (progress: Progress) => boolean) => {
      let fault: Promise<void> | undefined;
      const messages: string[] = [];
      const onProgress = (progress: Progress) => {
        if (fault !== undefined) messages.push(progress.message);
        else if (isTime(progress)) {
          ctlAtOnce('kill', 'kube-apiserver');
          fault = delay(2_000).then(() => ctl('start', 'kube-apiserver'));
        }
      };
      return { onProgress, messages, over: () => fault };
    };
    const launching = meanwhile(
      ({ message, done = 0, total = 0 }) => message.startsWith('Creating') && done > total / 2,
    );
    try {
      await lab.cluster.launch(spec, { onProgress: launching.onProgress });
    } finally {
      await launching.over();
    }
    expect(launching.messages).toContain('Waiting for the API server');
    expect(await lab.pods('symphony/experiment=bridged')).toHaveLength(8);
    const [own] = (await lab.cluster.listExperiments()).filter(({ name }) => name === 'bridged');
    expect(own?.reason).toBeUndefined();

    await lab.cluster.wait('bridged', { for: 'ready' });
    const deleting = meanwhile(({ message }) => message.startsWith('Waiting until all processes'));
    try {
      // Without notes: the history has everything.
      const deleted = { name: 'bridged', leftovers: [] };
      expect(await lab.cluster.delete('bridged', { onProgress: deleting.onProgress })).toEqual(deleted);
    } finally {
      await deleting.over();
    }
    expect(deleting.messages).toContain('Waiting for the API server');
    expect(await lab.objects('bridged')).toEqual([]);
    const history = new History();
    const { logs } = await history.read('bridged');
    const lines = await Array.fromAsync(history.logs('bridged', logs));
    expect(lines.map(({ text }) => text)).toEqual(Array.from({ length: 8 }, () => 'over'));
  });

  test('pods that end while they are deleted are removed without a node that has lost them', async ({ lab }) => {
    await lab.launch('lost', { processes: { main: { command: 'exec sleep 600' } } });
    await lab.until('lost', 'main', 'running');
    const [pod] = await lab.pods('symphony/experiment=lost');
    const { name = '', namespace = '' } = pod?.metadata ?? {};
    await whileDown('kubelet', async () => {
      const deleting = lab.cluster.delete('lost', { kill: true });
      await waitFor(
        async () => (await lab.pods('symphony/experiment=lost'))[0]?.metadata.deletionTimestamp !== undefined,
      );
      const ended = { name: 'main', state: { terminated: { exitCode: 137 } }, ready: false, restartCount: 0 };
      await lab.admin.request({
        method: 'PATCH',
        path: `/api/v1/namespaces/${namespace}/pods/${name}/status`,
        body: { status: { phase: 'Failed', containerStatuses: [{ ...ended, image: '', imageID: '' }] } },
        contentType: 'application/strategic-merge-patch+json',
        operation: 'patch a status',
      });
      expect(await deleting).toMatchObject({ name: 'lost', leftovers: [] });
    });
    expect(await lab.objects('lost')).toEqual([]);
  });

  test('a follower continues after the kubelet was down', async ({ lab }) => {
    await lab.launch('restarted-kubelet', { processes: { main: { command: counting } } });
    await lab.until('restarted-kubelet', 'main', 'running');
    const log = follow(lab, 'restarted-kubelet');
    try {
      await waitFor(() => log.texts.length > 20, { what: 'lines' });
      await whileDown('kubelet', () => delay(1_000));
      const before = log.texts.length;
      await waitFor(() => log.texts.length > before + 60, { timeout: 60, what: 'lines after that' });
    } finally {
      await log.end();
    }
    expect(log.texts).toEqual(numbered(log.texts.length));
  });
});

test('a process whose pod is deleted by hand is lost, with the reason', async ({ lab }) => {
  await lab.launch('killed-pod', { processes: { main: { command: ['sleep', '600'], stop: { timeout: 1 } } } });
  await lab.until('killed-pod', 'main', 'running');
  const picture = new Picture(lab);
  await lab.admin.remove({ kind: 'Pod', name: 'main', namespace: 'killed-pod' }, { gracePeriodSeconds: 0 });
  await picture.until(() => picture.state('killed-pod') === 'lost', 'the loss');
  await picture.end();
  const { reason } = await lab.until('killed-pod', 'main', 'lost');
  expect(reason).toBe('its pod main is gone: it was deleted by hand, or evicted (as when its node is drained)');
  await expect(lab.cluster.wait('killed-pod', { for: 'ready' })).rejects.toMatchObject({
    message: 'main lost: its pod main is gone: it was deleted by hand, or evicted (as when its node is drained).',
  });
});

test('pods of a node that is drained are lost, and others wait for a node', async ({ lab }) => {
  await lab.launch('drained', { processes: { main: { command: ['sleep', '600'], stop: { timeout: 1 } } } });
  const { node = '' } = await lab.until('drained', 'main', 'running');
  const cordon = (unschedulable: boolean) => lab.admin.patch({ kind: 'Node', name: node }, { spec: { unschedulable } });
  await cordon(true);
  try {
    await evict(lab, 'drained', 'main');
    await lab.until('drained', 'main', 'lost');
    await lab.launch('waiting-for-node', { processes: { main: { command: ['sleep', '600'] } } });
    const { reason } = await lab.until('waiting-for-node', 'main', ({ blocked }) => blocked);
    expect(reason).toMatch(/^cannot be scheduled: .*cordoned/);
  } finally {
    await cordon(false);
  }
  await lab.until('waiting-for-node', 'main', 'running');
});

test('a process that is killed in its container is restarted, and its follower continues', async ({ lab }) => {
  const command = 'echo "run $SYMPH_ID"; exec sleep 600';
  await lab.launch('killed-process', { processes: { main: { command, restart: 'on-failure' } } });
  await lab.until('killed-process', 'main', 'running');
  const kinds: string[] = [];
  const following = (async () => {
    for await (const { kind } of lab.follow('killed-process')) {
      kinds.push(kind);
      if (kinds.filter((kind) => kind === 'line').length === 2) return;
    }
  })();
  const { stdout, stderr } = { stdout: process.stdout, stderr: process.stderr };
  const { exec } = lab.cluster.capabilities;
  const streams = { stdin: process.stdin, stdout, stderr };
  await waitFor(() => kinds.length === 1);
  await exec?.exec('killed-process', { group: null, name: 'main' }, ['sh', '-c', 'kill -9 $(pidof sleep)'], {
    streams,
  });
  await following;
  expect(kinds).toEqual(['line', 'restart', 'line']);
  expect(await lab.until('killed-process', 'main', 'running')).toMatchObject({ restarts: 1 });
});
