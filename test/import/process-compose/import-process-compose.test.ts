import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importText, refusals, type Surroundings } from '../support/import-text.ts';

/** The process that one of the file becomes, and what is lost. */
async function one(fields: string, around?: Surroundings) {
  const text = `processes:\n  a:\n    command: run\n${fields.replace(/^/gm, '    ')}\n  b: { command: other }\n`;
  const imported = await importText('process-compose', text, around);
  const { command: _, ...a } = imported.spec.processes.a;
  expect(refusals(imported)).toEqual([]);
  return { a, lost: imported.lost, spec: imported.spec, yaml: imported.yaml };
}

describe('a process', () => {
  it.each<[string, object]>([
    ['environment: [A=1, "B=x=y"]', { env: { A: '1', B: 'x=y' } }],
    ['working_dir: ./w', { startDir: './w' }],
    ['availability: { restart: always }', { restart: 'always' }],
    ['availability: { restart: on_failure, max_restarts: 2 }', { restart: { policy: 'on-failure', maxRestarts: 2 } }],
    ['availability: { restart: "no" }', {}],
    ['depends_on: { b: { condition: process_healthy } }', { after: { b: 'ready' } }],
    ['depends_on: { b: { condition: process_completed } }', { after: { b: 'ended' } }],
    ['depends_on: { b: { condition: process_completed_successfully } }', { after: { b: 'succeeded' } }],
    ['depends_on: { b: { condition: process_log_ready } }', { after: { b: 'ready' } }],
    ['depends_on: { b: {} }', { after: { b: 'started' } }],
    ['ready_log_line: "up (1.0)"', { ready: { log: 'up \\(1\\.0\\)' } }],
    [
      'readiness_probe: { exec: { command: "test -f x", working_dir: "/tmp/a b" } }',
      { ready: { command: "cd '/tmp/a b' && test -f x" } },
    ],
    [
      'readiness_probe: { http_get: { host: localhost, port: 8080, path: /ok } }',
      {
        ready: { command: 'curl --silent --output /dev/null --fail http://localhost:8080/ok' },
        expose: { a: 8080 },
      },
    ],
    [
      'liveness_probe: { exec: { command: check }, period_seconds: 2, failure_threshold: 4 }',
      { alive: { command: 'check', every: 2, failures: 4 } },
    ],
    ['shutdown: { signal: 2, timeout_seconds: 20 }', { stop: { signal: 'INT', timeout: 20 } }],
    ['is_tty: true', { tty: true }],
    ['replicas: 3', { replicas: 3 }],
  ])('%s', async (fields, wanted) => {
    const { a, lost } = await one(fields);
    expect(a).toEqual(wanted);
    expect(lost).toEqual([]);
  });

  it.each<[string, RegExp]>([
    ['availability: { restart: always, backoff_seconds: 5 }', /availability\.backoff_seconds: 5\. The delay/],
    ['is_daemon: true', /is_daemon: true\. Run it in the foreground/],
    ['shutdown: { command: "stop it" }', /shutdown\.command: stop it/],
    ['shutdown: { signal: 28 }', /shutdown\.signal: 28/],
    ['log_location: ./a.log', /symphony logs/],
    ['depends_on: { gone: {} }', /gone is not in this declaration/],
    ['schedule: { cron: "* * * * *" }', /schedule/],
    ['readiness_probe: { exec: { command: x }, period_seconds: 5 }', /readiness_probe\.period_seconds: 5/],
    ['wonder: { a: 1 }', /wonder: \{"a":"1"\}\. Symphony has nothing like it/],
  ])('%s is noted', async (fields, reason) => {
    const { lost } = await one(fields);
    expect(lost).toEqual([expect.stringMatching(reason)]);
  });

  it('is a process of a group where it has a namespace, and is found there', async () => {
    const text = `
processes:
  api: { command: x, namespace: back_end }
  web: { command: y, depends_on: { api: { condition: process_started } } }
`;
    const { spec } = await importText('process-compose', text);
    expect(spec.groups).toEqual({ 'back-end': { processes: { api: { command: 'x' } } } });
    expect(spec.processes.web.after).toEqual({ 'back-end/api': 'started' });
  });

  it('knows its number by the name that it had', async () => {
    const { spec } = await importText(
      'process-compose',
      'processes: { a: { command: "x $PC_REPLICA_NUM", replicas: 2 } }',
    );
    expect(spec.processes.a.env).toEqual({ PC_REPLICA_NUM: '${SYMPH_REPLICA}' });
  });

  it('fills in templates, and notes those that it cannot', async () => {
    const text = 'vars: { A: 1 }\nprocesses: { a: { command: "x {{.A}} {{ .B }} {{if .C}}", vars: { B: two } } }';
    const { spec, lost } = await importText('process-compose', text);
    expect(spec.processes.a.command).toBe('x 1 two {{if .C}}');
    expect(lost).toEqual([expect.stringContaining('{{if .C}}')]);
  });
});

describe('a file', () => {
  it('carries over what concerns all processes', async () => {
    const text = `
version: "0.5"
environment: [A=1, "HOME_OF=$HOME"]
env_cmds: { DATE: date +%F }
shell: { shell_command: zsh, shell_argument: "-e -c" }
log_level: debug
processes:
  a: { command: "echo $HOME $$HOME", availability: { restart: exit_on_failure, exit_on_end: true } }
  off: { command: x, disabled: true }
`;
    const imported = await importText('process-compose', text, {
      files: { '.env': 'B=2' },
      variables: { HOME: '/me' },
    });
    expect(imported.spec).toEqual({
      name: 'shop',
      shell: ['zsh', '-e'],
      env: { B: '2', A: '1', HOME_OF: '/me' },
      preamble: ['export DATE="$(date +%F)"'],
      onFailure: 'stop',
      endsWith: ['a'],
      processes: { a: { command: 'echo $HOME $HOME' } },
    });
    expect(imported.lost).toEqual([]);
    expect(imported.yaml).toContain('#  off:\n#    command: x\n');
    expect(refusals(imported)).toEqual([]);
  });

  it('runs commands in bash, as process-compose does', async () => {
    expect((await importText('process-compose', 'processes: { a: { command: x } }')).spec.shell).toBe('bash');
  });

  it('without processes is refused', async () => {
    await expect(importText('process-compose', 'processes: {}')).rejects.toThrow('declares no processes');
  });
});

it('never makes a declaration that is refused, and prints what it made', async () => {
  const scalar = fc.oneof(
    fc.constantFrom('1', '0', 'true', 'a', 'b', '{{.X}}', '$A', 'always', 'no', './a'),
    fc.string(),
    fc.constant(null),
  );
  const keys = fc.constantFrom(
    'a',
    'b',
    'restart',
    'exec',
    'http_get',
    'command',
    'port',
    'condition',
    'signal',
    'exit_on_end',
  );
  const value = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      scalar,
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(keys, fc.string()), tie('any'), { maxKeys: 3 }),
    ),
  })).any;
  const names =
    `command entrypoint environment working_dir availability depends_on readiness_probe liveness_probe ready_log_line
    shutdown replicas namespace disabled is_foreground is_tty vars description other`.split(/\s+/);
  const file = fc.record({
    processes: fc.dictionary(
      fc.oneof(fc.constantFrom('a', 'b', 'My_App'), fc.string()),
      fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 8 }),
      { maxKeys: 4 },
    ),
    environment: value,
    shell: value,
    vars: value,
  });
  const property = fc.asyncProperty(file, async (given) => {
    const text = JSON.stringify({ ...given, processes: { ...given.processes, last: { command: 'x' } } });
    const imported = await importText('process-compose', text);
    expect(refusals(imported)).toEqual([]);
    expect(imported.spec).toEqual(imported.data);
  });
  await fc.assert(property, { numRuns: 200 });
});
