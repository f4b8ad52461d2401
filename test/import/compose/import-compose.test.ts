import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importText, refusals, type Surroundings } from '../support/import-text.ts';

/** The process that one service becomes, and what is lost. */
async function service(fields: string, around?: Surroundings) {
  const text = `services:\n  web:\n    image: x\n    command: [run]\n${fields.replace(/^/gm, '    ')}\n`;
  const imported = await importText('compose', text, around);
  const { image: _, command: __, ...web } = imported.spec.processes.web;
  expect(refusals(imported)).toEqual([]);
  return { web, lost: imported.lost, yaml: imported.yaml };
}

describe('a service', () => {
  it.each<[string, object]>([
    ['environment: { A: 1.10, B: yes, C: "$$x" }', { env: { A: '1.10', B: 'yes', C: '$x' } }],
    ['environment: [A=1, B=x=y, TOKEN]', { env: { A: '1', B: 'x=y', TOKEN: { secret: true, fromEnv: 'TOKEN' } } }],
    ['ports: ["8000", "127.0.0.1:80:9000/tcp"]', { expose: { web: 8000, 'web-9000': 9000 } }],
    ['ports: [{ target: 80, published: 80, protocol: tcp }]', { expose: { web: 80 } }],
    ['expose: [3000, "3001/tcp"]', { bind: { web: 3000, 'web-3001': 3001 } }],
    ['restart: unless-stopped', { restart: 'always' }],
    ['restart: "no"', {}],
    ['restart: on-failure:3', { restart: { policy: 'on-failure', maxRestarts: 3 } }],
    [
      'deploy: { restart_policy: { condition: any, max_attempts: 2 } }',
      { restart: { policy: 'always', maxRestarts: 2 } },
    ],
    ['scale: 3', { replicas: 3 }],
    ['deploy: { replicas: 4 }', { replicas: 4 }],
    ['deploy: { resources: { limits: { cpus: "0.5", memory: 50M } } }', { resources: { cpu: 0.5, memory: '50Mi' } }],
    ['cpus: 2\nmem_limit: 1g\ngpus: [{ count: 2 }]', { resources: { cpu: 2, memory: '1Gi', gpu: 2 } }],
    ['healthcheck: { test: curl localhost }', { ready: { command: 'curl localhost' } }],
    ['healthcheck: { test: [CMD-SHELL, "a && b"] }', { ready: { command: 'a && b' } }],
    ['healthcheck: { test: [CMD, a, 1] }', { ready: { command: ['a', '1'] } }],
    ['healthcheck: { test: [NONE] }', {}],
    ['stop_signal: SIGINT\nstop_grace_period: 1m', { stop: { signal: 'INT', timeout: '1m' } }],
    ['tty: true\nstdin_open: true', { tty: true }],
    ['logging: { driver: local, options: { max-size: 10m, max-file: "3" } }', { log: { size: '30Mi' } }],
    ['build: ./app', { docker: { build: './app' } }],
    [
      'build: { context: ., dockerfile: D, target: t, args: { A: 1 } }',
      { docker: { build: { context: '.', dockerfile: 'D', target: 't', args: { A: '1' } } } },
    ],
    ['working_dir: /app', { docker: { workingDir: '/app' }, kube: { workingDir: '/app' } }],
    ['user: "1000:1000"\npull_policy: if_not_present', { docker: { pull: 'missing', user: '1000:1000' } }],
    [
      'volumes: [./src:/app:ro, cache:/cache, /scratch, /etc/x:/x]',
      { docker: { volumes: ['/work/shop/src:/app:ro', 'cache:/cache', '/scratch', '/etc/x:/x'] } },
    ],
    [
      'volumes: [{ type: bind, source: ../a, target: /a, read_only: true }, { type: tmpfs, target: /t, tmpfs: { size: 1m } }]',
      { docker: { volumes: ['/work/a:/a:ro'], tmpfs: { '/t': '1Mi' } } },
    ],
    ['tmpfs: /run:size=64m,mode=755', { docker: { tmpfs: { '/run': '64Mi' } } }],
    ['shm_size: 1gb', { docker: { sharedMemory: '1Gi' } }],
    [
      'ulimits: { nofile: 100, memlock: { soft: -1, hard: -1 } }',
      { docker: { ulimits: { nofile: 100, memlock: { soft: -1, hard: -1 } } } },
    ],
    ['extra_hosts: ["a:10.0.0.1", "b=::1"]', { docker: { extraHosts: { a: '10.0.0.1', b: '::1' } } }],
    ['cap_add: [A]\ncap_drop: [ALL]', { docker: { capabilities: { add: ['A'], drop: ['ALL'] } } }],
    [
      'devices: [/dev/fuse]\nruntime: runc\ninit: false\nlabels: [a=b, c]',
      { docker: { devices: ['/dev/fuse'], runtime: 'runc', init: false, labels: { a: 'b', c: '' } } },
    ],
    [
      'privileged: true\nhostname: h\ndns: 1.1.1.1\npids_limit: 5\nsysctls: { a.b: 1 }',
      {
        docker: {
          patch: {
            Hostname: 'h',
            HostConfig: { Privileged: true, Dns: ['1.1.1.1'], PidsLimit: 5, Sysctls: { 'a.b': '1' } },
          },
        },
      },
    ],
  ])('%s', async (fields, wanted) => {
    const { web, lost } = await service(fields);
    expect(web).toEqual(wanted);
    expect(lost).toEqual([]);
  });

  it.each<[string, RegExp]>([
    ['networks: [front]', /networks: .* share one network/],
    ['extends: { service: a }', /extends: .*cannot be found/],
    ['ports: ["53:53/udp"]', /53\/udp\. Services are TCP/],
    ['ports: ["8000-8010:8000-8010"]', /no single port/],
    ['healthcheck: { test: a, interval: 5s }', /healthcheck\.interval: 5s/],
    ['stop_signal: SIGWINCH', /stop_signal/],
    ['wonder: 1', /wonder: 1\. Symphony has nothing like it/],
    ['deploy: { mode: global }', /deploy\.mode/],
    ['deploy: { placement: {} }', /deploy\.placement: .*swarm/],
    ['devices: ["/dev/a:/dev/b"]', /devices: \/dev\/a:\/dev\/b/],
    ['env_file: gone.env', /env_file: gone\.env\. It cannot be read/],
    ['secrets: [token]', /Only a secret that is a file/],
    ['tty: perhaps', /tty: perhaps\. It should be true or false/],
    ['volumes: ["./a:/b:z"]', /Symphony has only :ro/],
  ])('%s is noted', async (fields, reason) => {
    const { lost, yaml } = await service(fields);
    expect(lost).toEqual([expect.stringMatching(reason)]);
    expect(yaml).toContain(`    # ${lost[0]}\n`);
  });

  it('has the variables of its files, those of environment last', async () => {
    const around = { files: { 'a.env': 'A=1\nB=$$x', 'b.env': 'A=2' }, variables: { HOME: '/home/me' } };
    const { web, lost } = await service(
      'env_file: [a.env, { path: b.env }, { path: c, required: false }]\nenvironment: { C: "$HOME" }',
      around,
    );
    expect(web.env).toEqual({ A: '2', B: '$x', C: '/home/me' });
    expect(lost).toEqual([]);
  });

  it('without a command runs that of its image on Docker, and says on other backends what is missing', async () => {
    const { spec, yaml } = await importText('compose', 'services: { db: { image: "postgres:17" } }');
    expect(spec.processes.db.docker.patch).toEqual({ Entrypoint: null, Cmd: null });
    expect(spec.processes.db.command).toMatch(/^echo '.*postgres:17.*' >&2; exit 1$/);
    expect(yaml).toContain('docker image inspect postgres:17');
  });

  it('splits a command line into words, after those of the entry point', async () => {
    const text = 'services: { a: { image: x, entrypoint: [sh, -c], command: "\'echo $$A\' b" } }';
    expect((await importText('compose', text)).spec.processes.a.command).toEqual(['sh', '-c', 'echo $A', 'b']);
  });
});

describe('a file', () => {
  it('keeps its order of starts, its names and its secrets', async () => {
    const imported = await importText(
      'compose',
      `
name: shop
services:
  web:
    image: a
    command: run
    depends_on: { data_base: { condition: service_healthy }, job: { condition: service_completed_successfully } }
    links: [cache:memory]
    secrets: [token]
    configs: [{ source: conf, target: /etc/conf }]
  data_base: { image: b, command: run, expose: ["5432"] }
  job: { image: c, command: run }
  cache: { image: d, command: run, ports: ["6379:6379"] }
secrets: { token: { file: ./token.txt } }
configs: { conf: { file: ./conf } }
`,
    );
    const { web, 'data-base': base, cache } = imported.spec.processes;
    expect(web).toMatchObject({
      after: { 'data-base': 'ready', job: 'succeeded', cache: 'started' },
      secrets: ['./token.txt'],
      docker: { volumes: ['/work/shop/conf:/etc/conf:ro'] },
    });
    expect(base.bind).toEqual({ 'data-base': 5432 });
    expect(cache).toMatchObject({ bind: { cache: 6379 }, expose: { cache: 6379 } });
    expect(imported.lost).toEqual(['Not carried over: links: cache:memory. It is found as cache.']);
    expect(refusals(imported)).toEqual([]);
  });

  it('gives a port to one service, and free ones to others', async () => {
    const text = 'services: { a: { image: x, command: y, expose: [80] }, b: { image: x, command: y, expose: [80] } }';
    const imported = await importText('compose', text);
    expect(imported.spec.processes.a.bind).toEqual({ a: 80 });
    expect(imported.spec.processes.b).toMatchObject({ bind: { b: null }, ready: 'started' });
    expect(imported.yaml).toContain('make the program listen on $SYMPH_B_PORT');
  });

  it('shows services of profiles as comments, and drops waiting for them', async () => {
    const text = `
services:
  debug: { image: x, command: top, profiles: [dev] }
  web: { image: x, command: y, depends_on: [debug] }
`;
    const { spec, yaml, lost } = await importText('compose', text);
    expect(Object.keys(spec.processes)).toEqual(['web']);
    expect(yaml).toContain('(of the profiles dev)');
    expect(yaml).toContain('#  debug:\n#    command:\n');
    expect(lost).toEqual(['Not carried over: depends_on: debug (service_started). debug is not in this declaration.']);
  });

  it('says which variables it replaced', async () => {
    const around = { variables: { TAG: '2' }, files: { '.env': 'NAME=n\nTAG=1' } };
    const { spec, yaml } = await importText(
      'compose',
      'services: { a: { image: "$NAME:$TAG$X", command: y } }',
      around,
    );
    expect(spec.processes.a.image).toBe('n:2');
    expect(yaml).toContain('had at the import: NAME, TAG.');
    expect(yaml).toContain('are empty here: X.');
  });

  it('has paths from the folder of the declaration', async () => {
    const text = 'services: { a: { build: ./app, command: y, secrets: [s] } }\nsecrets: { s: { file: ./s } }';
    const { spec } = await importText('compose', text, { fromTarget: '../shop' });
    expect(spec).toMatchObject({
      startDir: '../shop',
      processes: { a: { docker: { build: '../shop/app' }, secrets: ['../shop/s'] } },
    });
  });

  it('without services is refused', async () => {
    await expect(importText('compose', 'volumes: {}')).rejects.toThrow('declares no services');
    const off = importText('compose', 'services: { a: { image: x, profiles: [p] } }');
    await expect(off).rejects.toThrow('switched off: a (of the profiles p)');
  });
});

it('never makes a declaration that is refused, and prints what it made', async () => {
  const scalar = fc.oneof(
    fc.constantFrom(
      '1',
      '0',
      'true',
      '10s',
      '64m',
      '/a',
      './a:/b',
      '80:80',
      'a',
      'b',
      'web',
      '$A',
      '${A',
      'always',
      'no',
      'CMD',
    ),
    fc.string(),
    fc.constant(null),
  );
  const value = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      scalar,
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(
        fc.oneof(fc.constantFrom('web', 'b', 'target', 'source', 'type', 'file', 'test'), fc.string()),
        tie('any'),
        {
          maxKeys: 3,
        },
      ),
    ),
  })).any;
  const names =
    `image build command entrypoint environment env_file working_dir ports expose depends_on restart scale deploy
    healthcheck stop_signal stop_grace_period tty stdin_open user volumes tmpfs shm_size ulimits extra_hosts cap_add devices labels
    secrets configs logging links gpus cpus mem_limit sysctls privileged profiles pull_policy networks other`.split(
      /\s+/,
    );
  const one = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 12 });
  const files = fc.record(
    { services: fc.dictionary(fc.oneof(fc.constantFrom('web', 'b', 'My_App'), fc.string()), one, { maxKeys: 4 }) },
    { requiredKeys: ['services'] },
  );
  const property = fc.asyncProperty(files, async ({ services }) => {
    const text = JSON.stringify({ services: { ...services, last: { image: 'x', command: 'y' } } });
    const imported = await importText('compose', text, { files: { a: 'A=1' } });
    // A service without an image is none that compose would start, either.
    expect(refusals(imported).filter((refusal) => !refusal.includes('image is missing'))).toEqual([]);
    expect(imported.spec).toEqual(imported.data);
  });
  await fc.assert(property, { numRuns: 200 });
});
