import { describe, expect, it } from 'vitest';
import { readExperimentRecord } from '../../../../src/backends/kube/manifests/experiment-record.ts';
import { labels } from '../../../../src/backends/kube/manifests/labels.ts';
import { build, buildPod, podNamed } from '../support/manifests.ts';

const draft = {
  processes: {
    learner: { command: 'python learner.py', bind: ['replay', 'parameters'], expose: { tensorboard: 6006 } },
  },
  groups: {
    agents: {
      replicas: 2,
      processes: { agent: { command: ['python', 'agent.py'], replicas: 2, connect: ['replay'] } },
    },
  },
};

describe('the objects of an experiment', () => {
  it('come in the order of their creation, all labelled', () => {
    const { objects } = build(draft);
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Namespace rl',
      'ConfigMap symphony-experiment',
      'ConfigMap symphony-services',
      'Service replay',
      'Service parameters',
      'Service tensorboard',
      'Pod learner',
      'Pod agents-0',
      'Pod agents-1',
    ]);
    for (const { kind, metadata } of objects) {
      expect(metadata.namespace).toBe(kind === 'Namespace' ? undefined : 'rl');
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/managed-by': 'symphony',
        'symphony/experiment': 'rl',
        'symphony/launch': 'launch-1',
      });
    }
  });

  it('keep the spec and the services', () => {
    const { objects, spec } = build(draft);
    const record = objects.find(({ metadata }) => metadata.labels[labels.role] === 'spec');
    expect(readExperimentRecord(record as never)).toMatchObject({
      launchId: 'launch-1',
      version: '1.2.3',
      spec,
      services: [
        { name: 'replay', port: 7000, host: 'replay.rl.svc' },
        { name: 'parameters', port: 7001 },
        { name: 'tensorboard', port: 6006, kind: 'expose' },
      ],
    });
    expect(() => readExperimentRecord({})).toThrow('it has no launch');
    expect(() => readExperimentRecord({ data: { spec: '{', launch: '{}' } })).toThrow('its spec is not JSON');
  });

  it('in a shared namespace have names that no other experiment has, and no owner', () => {
    const shared = (name: string, processName: string) =>
      build({ name, kube: { namespace: 'team-a' }, processes: { [processName]: { command: 'x', bind: 'port' } } });
    const { objects } = shared('a', 'b-c');
    expect(objects.map(({ kind }) => kind)).not.toContain('Namespace');
    expect(objects.map(({ metadata }) => metadata.namespace)).toEqual(objects.map(() => 'team-a'));
    const names = (of: ReturnType<typeof shared>) => of.objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const both = [...names(shared('a', 'b-c')), ...names(shared('a-b', 'c'))];
    expect(new Set(both).size).toBe(both.length);

    // Deleting only the record does not end the experiment.
    for (const { metadata } of objects) expect(metadata).not.toHaveProperty('ownerReferences');
  });

  it('have valid names, also of the longest', () => {
    const longest = (name: string) => name.padEnd(63, 'x');
    const processes = {
      [longest('process')]: {
        command: 'x',
        bind: { [longest('service')]: null },
        secrets: ['/key'],
        files: 'a',
        env: { T: { secret: true, fromEnv: 'T' } },
      },
    };
    const { objects } = build({ name: longest('experiment'), kube: { namespace: 'team' }, processes });
    for (const { metadata } of objects) expect(metadata.name).toMatch(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/);
    expect(new Set(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).size).toBe(objects.length);
  });
});

describe('services', () => {
  const service = (kube: object) => {
    const { objects } = build({ processes: { p: { command: 'x', bind: 'inner', expose: { web: 80 }, kube } } });
    return objects.filter(({ kind }) => kind === 'Service') as unknown as { spec: object; metadata: object }[];
  };

  it('select the pod of their process, and are reached by others at once', () => {
    expect(service({})[0]).toMatchObject({
      metadata: { name: 'inner', labels: { 'symphony/service': 'inner' } },
      spec: {
        type: 'ClusterIP',
        selector: { 'symphony/experiment': 'rl', 'symphony/member': 'p' },
        ports: [{ port: 7000, targetPort: 7000 }],
        publishNotReadyAddresses: true,
      },
    });
  });

  it('that are exposed are load balancers, node ports or neither', () => {
    expect(service({})[1]?.spec).toMatchObject({ type: 'LoadBalancer', ports: [{ port: 80 }] });
    expect(service({ expose: 'NodePort' })[1]?.spec).toMatchObject({ type: 'NodePort' });
    expect(service({ expose: 'none' })[1]?.spec).toMatchObject({ type: 'ClusterIP' });
    const internal = service({ exposeAnnotations: { 'networking.gke.io/load-balancer-type': 'Internal' } });
    expect(internal[1]?.metadata).toMatchObject({
      annotations: { 'networking.gke.io/load-balancer-type': 'Internal' },
    });
    expect(internal[0]?.metadata).not.toHaveProperty('annotations');
  });

  it('of one range get ports that do not clash', () => {
    const processes = { p: { command: 'x', replicas: 40, bind: ['a', 'b'] }, q: { command: 'x', bind: { c: 7001 } } };
    const ports = build({ processes }).objects.flatMap(({ kind, spec }) =>
      kind === 'Service' ? (spec as { ports: { port: number }[] }).ports.map(({ port }) => port) : [],
    );
    expect(ports).toHaveLength(81);
    expect(new Set(ports).size).toBe(81);
  });
});

describe('a pod', () => {
  it('has one container for each process of a group', () => {
    const { objects } = build(draft);
    const pod = objects.find(({ metadata }) => metadata.name === 'agents-1');
    expect(pod?.metadata.labels).toMatchObject({ 'symphony/member': 'agents-1', 'symphony/group': 'agents-1' });
    expect(pod?.spec).toMatchObject({ containers: [{ name: 'agent-0' }, { name: 'agent-1' }] });
    expect(objects.find(({ metadata }) => metadata.name === 'learner')?.metadata.labels).not.toHaveProperty(
      'symphony/group',
    );
  });

  it('is started as the process is declared', () => {
    const { spec, container } = buildPod({
      command: 'echo $(id) $HOME $$',
      preamble: 'cd /tmp',
      startDir: '/work',
      tty: true,
    });
    expect(container).toMatchObject({
      name: 'main',
      image: 'busybox',
      command: ['/bin/sh', '-c', 'set -e\ncd /tmp\nset +e\necho $$(id) $HOME $$$'],
      workingDir: '/work',
      tty: true,
      stdin: true,
    });
    expect(spec).toMatchObject({
      restartPolicy: 'Never',
      enableServiceLinks: false,
      shareProcessNamespace: true,
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 10,
    });
    expect(buildPod({}).container).not.toHaveProperty('tty');
    expect(buildPod({ kube: { workingDir: null } }).container).not.toHaveProperty('workingDir');
    expect(buildPod({ kube: { workingDir: '/app' } }).container.workingDir).toBe('/app');
  });

  it('is told where everything is', () => {
    const { objects } = build(draft);
    const variables = objects.find(({ metadata }) => metadata.name === 'symphony-services')?.data;
    expect(variables).toMatchObject({
      SYMPH_REPLAY_HOST: 'replay.rl.svc',
      SYMPH_REPLAY_PORT: '7000',
      SYMPH_REPLAY_ADDR: 'replay.rl.svc:7000',
      SYMPH_TENSORBOARD_PORT: '6006',
    });
    const envOf = (name: string) => {
      const [container] = podNamed(objects, name).spec.containers;
      expect(container.envFrom).toEqual([{ configMapRef: { name: 'symphony-services' } }]);
      return Object.fromEntries(container.env.map(({ name, value }: { name: string; value: string }) => [name, value]));
    };
    expect(envOf('learner')).toEqual({
      SYMPH_EXPERIMENT: 'rl',
      SYMPH_PROCESS_GROUP: '',
      SYMPH_PROCESS: 'learner',
      SYMPH_ID: 'launch-1',
      SYMPH_REPLAY_HOST: '0.0.0.0',
      SYMPH_PARAMETERS_HOST: '0.0.0.0',
      SYMPH_TENSORBOARD_HOST: '0.0.0.0',
      PYTHONUNBUFFERED: '1',
    });
    expect(envOf('agents-1')).toEqual({
      SYMPH_EXPERIMENT: 'rl',
      SYMPH_PROCESS_GROUP: 'agents-1',
      SYMPH_PROCESS: 'agent-0',
      SYMPH_ID: 'launch-1',
      SYMPH_REPLICA: '2',
      PYTHONUNBUFFERED: '1',
    });
  });

  it('finds its own replica of a service under the declared name, too', () => {
    const { objects } = build({ processes: { p: { command: 'x', replicas: 2, bind: 'replay' } } });
    const [container] = podNamed(objects, 'p-1').spec.containers;
    expect(container.env).toEqual(
      expect.arrayContaining([
        { name: 'SYMPH_REPLAY_HOST', value: '0.0.0.0' },
        { name: 'SYMPH_REPLAY_PORT', value: '7001' },
        { name: 'SYMPH_REPLAY_ADDR', value: 'replay-1.rl.svc:7001' },
      ]),
    );
  });

  it('maps restart policies, one for a pod', () => {
    expect(buildPod({ restart: 'on-failure' }).spec.restartPolicy).toBe('OnFailure');
    expect(buildPod({ restart: 'always' }).spec.restartPolicy).toBe('Always');
    expect(buildPod({ restart: 'always', kube: { restartPolicy: 'Never' } }).spec.restartPolicy).toBe('Never');
  });

  it('is ready when its services listen, or a command succeeds', () => {
    const often = { periodSeconds: 1, failureThreshold: 2 ** 31 - 1 };
    expect(buildPod({ bind: 'a' }).container.startupProbe).toMatchObject({ tcpSocket: { port: 7000 }, ...often });
    const both = buildPod({ bind: { a: null, b: 80 } }).container.startupProbe.exec.command;
    expect(both.slice(-2)).toEqual(['1B58', '0050']);
    expect(both[2]).toContain('"$@"');
    const one = buildPod({ bind: ['a', 'b'], ready: { service: 'b' } }).container;
    expect(one.startupProbe).toMatchObject({ tcpSocket: { port: 7001 } });
    const command = buildPod({ ready: { command: 'test -f "$(pwd)/x"' } }).container.startupProbe;
    expect(command).toMatchObject({ exec: { command: ['/bin/sh', '-c', 'test -f "$$(pwd)/x"'] }, ...often });
    for (const ready of ['started', { log: 'done' }]) {
      expect(buildPod({ bind: 'a', ready }).container).not.toHaveProperty('startupProbe');
    }
  });

  it('ends by the signal that its process wants', () => {
    expect(buildPod({}).container).not.toHaveProperty('lifecycle');
    const { container, spec } = buildPod({ command: ['a', '$(b)'], stop: { signal: 'INT', timeout: 2.5 } });
    expect(container.command).toEqual([
      '/bin/sh',
      '-c',
      'echo "$$$" >"$0" && exec "$@"',
      '/run/symphony/main.pid',
      'a',
      '$$(b)',
    ]);
    expect(container.lifecycle.preStop.exec.command.slice(-2)).toEqual([
      expect.stringContaining('kill -INT "$pid"'),
      '/run/symphony/main.pid',
    ]);
    expect(spec.volumes).toEqual([{ name: 'symphony-stop', emptyDir: {} }]);
    expect(spec.terminationGracePeriodSeconds).toBe(3);
    expect(buildPod({ stop: { timeout: 0 } }).spec.terminationGracePeriodSeconds).toBe(1);
  });

  it('asks for what its process needs', () => {
    const resources = { cpu: 0.5, memory: '2Gi', gpu: 1 };
    expect(buildPod({ resources }).container.resources).toEqual({
      requests: { cpu: '500m', memory: '2Gi', 'nvidia.com/gpu': '1' },
      limits: { memory: '2Gi', 'nvidia.com/gpu': '1' },
    });
    const kube = {
      gpuResource: 'amd.com/gpu',
      requests: { memory: '1Gi', 'ephemeral-storage': '10Gi' },
      limits: { cpu: 4 },
    };
    expect(buildPod({ resources, kube }).container.resources).toEqual({
      requests: { cpu: '500m', memory: '1Gi', 'amd.com/gpu': '1', 'ephemeral-storage': '10Gi' },
      limits: { cpu: '4', memory: '2Gi', 'amd.com/gpu': '1' },
    });
    expect(buildPod({}).container).not.toHaveProperty('resources');
    expect(buildPod({ resources: { gpu: 0 } }).container).not.toHaveProperty('resources');
  });
});

describe('secrets', () => {
  const fields = {
    env: { TOKEN: { secret: true, fromEnv: 'MINE' }, PLAIN: 'x' },
    secrets: ['/home/me/.my key.txt'],
    replicas: 2,
  };
  const values = {
    env: { TOKEN: 'hunter2' },
    files: [{ name: '.my key.txt', path: '/home/me/.my key.txt', content: Buffer.from([0xff, 1]) }],
  };

  it('are Secrets that replicas share, mounted and referred to', () => {
    const secretValues = new Map(['main-0', 'main-1'].map((name) => [name, values]));
    const { objects } = build({ processes: { main: { command: 'x', ...fields } } }, { secretValues });
    const secrets = objects.filter(({ kind }) => kind === 'Secret');
    expect(secrets.map(({ metadata, data }) => [metadata.name, data])).toEqual([
      ['symphony-secrets-0', { [Object.keys(secrets[0]?.data ?? {})[0] ?? '']: '/wE=' }],
      ['symphony-environment-0', { TOKEN: 'aHVudGVyMg==' }],
    ]);
    // biome-ignore lint/suspicious/noExplicitAny: tests read arbitrary fields of pods
    const pods = objects.filter(({ kind }) => kind === 'Pod').map(({ spec }) => spec as any);
    expect(pods).toHaveLength(2);
    for (const { containers, volumes } of pods) {
      expect(containers[0].env).toEqual(
        expect.arrayContaining([
          { name: 'PLAIN', value: 'x' },
          { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'symphony-environment-0', key: 'TOKEN' } } },
          { name: 'SYMPH_SECRETS_DIR', value: '/etc/secrets' },
        ]),
      );
      expect(containers[0].volumeMounts).toEqual([
        { name: 'symphony-secrets-0', mountPath: '/etc/secrets', readOnly: true },
      ]);
      expect(volumes[0].secret.items).toEqual([{ key: expect.stringMatching(/^[-\w.]+$/), path: '.my key.txt' }]);
    }
    const elsewhere = objects.filter(({ kind }) => kind !== 'Secret');
    expect(JSON.stringify(elsewhere)).not.toMatch(/hunter2|aHVudGVyMg|\/wE=/);
  });

  it('that are too large together are refused', () => {
    const content = Buffer.alloc(600_000);
    const files = ['a', 'b'].map((name) => ({ name, path: `/${name}`, content }));
    const secretValues = new Map([['main', { env: {}, files }]]);
    const processes = { main: { command: 'x', secrets: ['/a', '/b'] } };
    expect(() => build({ processes }, { secretValues })).toThrow(
      'secrets of processes.main: they are 1200000 bytes; a Secret holds 1048576 at most.',
    );
  });
});
