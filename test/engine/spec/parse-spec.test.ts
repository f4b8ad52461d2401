import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toSpec } from '../../../src/engine/client/experiment.ts';
import type { ExperimentSpec, ProcessSpec } from '../../../src/engine/spec/experiment-spec.ts';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';
import '../support/reserve-sections.ts';
import { thrownBy } from '../support/thrown.ts';

const parse = (input: unknown): ExperimentSpec => parseSpec(input, { baseDir: '/base' });

/** One process with these fields. */
const one = (fields: object): ProcessSpec | undefined =>
  parse({ name: 'x', processes: { p: { command: 'true', ...fields } } }).processes.p;

/** The lines of the error message after the first. */
async function problems(input: unknown): Promise<string[]> {
  const error = await thrownBy(() => parse(input));
  expect(error.code).toBe('invalid-spec');
  const [first, ...lines] = error.message.split('\n');
  expect(first).toBe(`The spec has ${lines.length === 1 ? 'a problem' : `${lines.length} problems`}:`);
  return lines.map((line) => line.trim());
}

/** The problems of one process with these fields, without the path of the process. */
async function problemsOf(fields: object): Promise<string[]> {
  const lines = await problems({ name: 'x', processes: { p: { command: 'true', ...fields } } });
  return lines.map((line) => line.replace(/^processes\.p\./, ''));
}

describe('a valid spec', () => {
  it('keeps its values and gains only the folder', () => {
    expect(parse({ name: 'rl', processes: { learner: { command: 'python learner.py' } } })).toEqual({
      name: 'rl',
      startDir: '/base',
      processes: { learner: { command: 'python learner.py' } },
      groups: {},
    });
  });

  it('is normalized to one form', () => {
    expect(one({ bind: 'a' })?.bind).toEqual({ a: null });
    expect(one({ bind: ['a', 'b'] })?.bind).toEqual({ a: null, b: null });
    expect(one({ bind: { a: 80, b: null, c: 'auto' } })?.bind).toEqual({ a: 80, b: null, c: null });
    expect(one({ expose: { tensorboard: 6006 } })?.expose).toEqual({ tensorboard: 6006 });
    expect(one({ bind: 'a', connect: 'a' })?.connect).toEqual(['a']);
    expect(one({ command: ['python', '-x', 3, true] })?.command).toEqual(['python', '-x', '3', 'true']);
    expect(one({ env: { A: 1, B: true, C: 'x', D: '' } })?.env).toEqual({ A: '1', B: 'true', C: 'x', D: '' });
    expect(one({ preamble: 'a' })?.preamble).toEqual(['a']);
    expect(one({ files: 'lib/' })?.files).toEqual(['lib/']);
    expect(one({ stop: { signal: 'SIGINT', timeout: '500ms' } })?.stop).toEqual({ signal: 'INT', timeout: 0.5 });
    expect(one({ resources: { cpu: '500m', memory: '4Gi', gpu: 1 } })?.resources).toEqual({
      cpu: 0.5,
      memory: 2 ** 32,
      gpu: 1,
    });
    expect(one({ log: { size: '64Mi' } })?.log).toEqual({ size: 2 ** 26 });
    expect(one({ restart: { policy: 'always', maxRestarts: 3 } })).toMatchObject({ restart: 'always', maxRestarts: 3 });
    expect(one({ restart: 'on-failure', maxRestarts: 3 })).toMatchObject({ restart: 'on-failure', maxRestarts: 3 });
    expect(parse({ name: 'x', processes: { p: { command: 'x' } }, portRange: '80-90' }).portRange).toEqual([80, 90]);
  });

  it('may use every form of readiness', () => {
    expect(one({ ready: 'started' })?.ready).toBe('started');
    expect(one({ expose: 'web', ready: { service: 'web' } })?.ready).toEqual({ service: 'web' });
    expect(one({ ready: { log: '^ready' } })?.ready).toEqual({ log: '^ready' });
    expect(one({ ready: { command: ['test', 1] } })?.ready).toEqual({ command: ['test', '1'] });
  });

  it('has its paths resolved against the folder of the declaration', () => {
    const spec = parse({
      name: 'x',
      startDir: 'sub',
      secrets: ['key', '/etc/key2'],
      processes: { p: { command: 'x', startDir: '../up', env: { T: { secret: true, fromFile: 'token' } } } },
    });
    expect(spec).toMatchObject({ startDir: '/base/sub', secrets: ['/base/key', '/etc/key2'] });
    expect(spec.processes.p).toMatchObject({ startDir: '/up', env: { T: { secret: true, fromFile: '/base/token' } } });
    expect(one({ secrets: '~/.key' })?.secrets?.[0]).toMatch(/^\/.*\/\.key$/);
  });

  it('loses its undefined fields', () => {
    expect(one({ env: undefined, replicas: undefined, bind: undefined })).toEqual({ command: 'true' });
  });

  it('keeps the sections of backends unchanged', () => {
    const kube = { nodeSelector: { 'a.b/c': 'd' }, volumes: [{ any: [1, null, true] }] };
    expect(one({ kube })?.kube).toEqual(kube);
    const spec = parse({
      name: 'x',
      tmux: { a: 1 },
      groups: { g: { docker: { b: 2 }, processes: { p: { command: 'x' } } } },
    });
    expect([spec.tmux, spec.groups.g?.docker]).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('is unchanged by a second parse', () => {
    const spec = parse({
      name: 'rl',
      portRange: '7000-7010',
      env: { A: 1 },
      processes: {
        learner: { command: 'x', bind: { s: 80, t: null }, expose: 's', restart: { policy: 'always', maxRestarts: 2 } },
      },
      groups: {
        g: { replicas: 2, processes: { a: { command: ['x', 1], replicas: 2, connect: 's', stop: { timeout: '2m' } } } },
      },
    });
    expect(parseSpec(spec, { baseDir: '/elsewhere' })).toEqual(spec);
  });

  it('may bind and expose the same service, if the ports agree', () => {
    expect(() => one({ bind: { a: 80 }, expose: { a: null } })).not.toThrow();
    expect(() => one({ bind: 'a', expose: { a: 80 } })).not.toThrow();
    expect(() => one({ bind: { a: 80 }, expose: { a: 80 } })).not.toThrow();
  });

  it('may connect to one replica, or to all by the declared name', () => {
    const replay = { command: 'x', replicas: 2, bind: 'replay' };
    const connect = (name: string) =>
      parse({ name: 'x', processes: { replay, agent: { command: 'x', connect: name } } });
    expect(connect('replay').processes.agent?.connect).toEqual(['replay']);
    expect(connect('replay-1').processes.agent?.connect).toEqual(['replay-1']);
  });

  it('may use names of built-in object properties', () => {
    const spec = parse({
      name: 'constructor',
      processes: { constructor: { command: 'x', bind: 'valueof' }, tostring: { command: 'x', connect: 'valueof' } },
    });
    expect(Object.keys(spec.processes)).toEqual(['constructor', 'tostring']);
  });
});

describe('an invalid spec', () => {
  it('has all its problems reported at once, each with its place', async () => {
    expect(
      await problems({
        name: 'RL',
        proceses: {},
        processes: {
          learner: { command: ' ', bind: 'replay-server', conect: 'x', replicas: 0, env: { '1A': 'x', SYMPH_X: 'y' } },
          agent: { command: 'x', connect: ['replay', 7], ready: { log: '(' } },
        },
        groups: { empty: {} },
      }),
    ).toEqual([
      expect.stringMatching(/^name: is "RL"; it must be lower case letters/),
      expect.stringMatching(/^processes\.learner\.command: is " "; it must be a command line that is not blank/),
      expect.stringMatching(/^processes\.learner\.env\.1A: is not a name that can be used/),
      'processes.learner.replicas: is 0; it must be a whole number from 1 to 10000',
      'processes.learner.conect: there is no such field; did you mean connect?',
      'processes.agent.connect[1]: is 7; it must be a service name',
      'proceses: there is no such field; did you mean processes?',
      'groups.empty: has no processes; a group needs one',
      'processes.learner.env.SYMPH_X: is set by Symphony itself; use another name',
      expect.stringMatching(/^processes\.agent\.ready\.log: is not a regular expression/),
    ]);
  });

  it('is told the valid form of each field', async () => {
    const wrong: [object, string][] = [
      [{ command: [] }, 'command: is an empty list; it must be a command line'],
      [{ command: ['x', null] }, 'command[1]: is null; it must be a text or a number'],
      [{ command: [''] }, 'command[0]: is blank; it must be the program to run'],
      [{ command: 5 }, 'command: is 5; it must be a command line'],
      [{ command: undefined }, 'command: is missing; it must be a command line'],
      [{ replicas: 1.5 }, 'replicas: is 1.5; it must be a whole number'],
      [{ replicas: 10_001 }, 'replicas: is 10001; it must be a whole number'],
      [{ bind: 'Bad' }, 'bind: is "Bad"; it must be lower case letters'],
      [{ bind: ['ok', 'no_good'] }, 'bind[1]: is "no_good"; it must be lower case letters'],
      [{ bind: { a: 0 } }, 'bind.a: is 0; it must be a port from 1 to 65535'],
      [{ bind: { a: 65536 } }, 'bind.a: is 65536; it must be a port'],
      [{ expose: { a: '80' } }, 'expose.a: is "80"; it must be a port'],
      [{ expose: true }, 'expose: is true; it must be a service name, a list of names'],
      [{ env: ['A=1'] }, 'env: is a list; it must be names with values'],
      [{ env: { A: null } }, 'env.A: is null; it must be a text, a number'],
      [{ env: { T: { secret: true } } }, 'env.T: a secret has fromEnv or fromFile, one of them'],
      [{ env: { T: { secret: true, fromEnv: 'A', fromFile: 'b' } } }, 'env.T: a secret has fromEnv or fromFile'],
      [{ env: { T: { secret: false, fromEnv: 'A' } } }, 'env.T.secret: is false; it must be true'],
      [{ env: { T: { secret: true, fromEnvironment: 'A' } } }, 'env.T.fromEnvironment: there is no such field'],
      [{ stop: { signal: 'STOP' } }, 'stop.signal: is "STOP"; it must be TERM, INT'],
      [{ stop: { timeout: '5 s' } }, 'stop.timeout: is "5 s"; it must be seconds'],
      [{ stop: { timeout: '1000h' } }, 'stop.timeout: is "1000h"; it must be seconds'],
      [{ restart: 'allways' }, 'restart: is "allways"; it must be never, on-failure or always'],
      [{ restart: { policy: 'sometimes' } }, 'restart.policy: is "sometimes"; it must be never, on-failure or always'],
      [{ maxRestarts: 3 }, 'maxRestarts: has no meaning when nothing is restarted'],
      [
        { ready: { service: 'web' } },
        'ready.service: "web" is not a service that this process binds or exposes; it has none',
      ],
      [
        { bind: 'web-server', ready: { service: 'web-serve' } },
        'ready.service: "web-serve" is not a service that this process binds or exposes; did you mean web-server?',
      ],
      [{ ready: {} }, 'ready: must be one of service, log and command'],
      [{ ready: { log: 'a', command: 'b' } }, 'ready: must be one of service, log and command'],
      [{ ready: 'soon' }, 'ready: is "soon"; it must be started'],
      [{ tty: 'yes' }, 'tty: is "yes"; it must be true or false'],
      [{ resources: { cpu: 0 } }, 'resources.cpu: is 0; it must be CPU cores'],
      [{ resources: { memory: '4GB' } }, 'resources.memory: is "4GB"; it must be bytes'],
      [{ resources: { gpus: 1 } }, 'resources.gpus: there is no such field; did you mean gpu?'],
      [{ log: { size: '1' } }, 'log.size: is "1"; it must be bytes'],
      [{ image: 'a b' }, 'image: is "a b"; it must be a container image'],
      [{ files: ['../up'] }, 'files[0]: is "../up"; it must be a path inside startDir'],
      [{ files: ['a/../../up'] }, 'files[0]: is "a/../../up"; it must be a path inside startDir'],
      [{ files: ['/etc/passwd'] }, 'files[0]: is "/etc/passwd"; it must be a path inside startDir'],
      [{ files: ['~/x'] }, 'files[0]: is "~/x"; it must be a path inside startDir'],
      [{ secrets: ['a/key', 'b/key'] }, 'secrets[1]: has the same file name as /base/a/key'],
      [{ kube: [] }, 'kube: is an empty list; it must be fields of the kube backend'],
      [{ bind: { a: 1 }, expose: { a: 2 } }, 'expose.a: wants port 2, and 1 where it is bound'],
    ];
    for (const [fields, expected] of wrong) {
      const lines = await problemsOf(fields).catch((error) => [`${JSON.stringify(fields)}: ${error}`]);
      expect(lines).toEqual([expect.stringContaining(expected)]);
    }
  });

  it('is told the nearest service to connect to', async () => {
    const connect = (name: string) => ({
      name: 'x',
      processes: { s: { command: 'x', bind: 'replay-server', expose: 'web' }, c: { command: 'x', connect: [name] } },
    });
    const place = 'processes.c.connect[0]';
    expect(await problems(connect('replay-serve'))).toEqual([
      `${place}: no process binds "replay-serve"; did you mean replay-server?`,
    ]);
    expect(await problems(connect('zzz'))).toEqual([`${place}: no process binds "zzz"; there is: replay-server`]);
    expect(await problems(connect('web'))).toEqual([
      `${place}: "web" is only exposed; to connect to it, processes.s must bind it too`,
    ]);
    expect(await problemsOf({ connect: 'zzz' })).toEqual([
      'connect[0]: no process binds "zzz"; no process binds anything',
    ]);
  });

  it('has no problems reported for connections if a binding could not be parsed', async () => {
    const lines = await problems({
      name: 'x',
      processes: { s: { command: 'x', bind: ['replay', 7] }, c: { command: 'x', connect: 'replay' } },
    });
    expect(lines).toEqual([expect.stringMatching(/^processes\.s\.bind\[1\]/)]);
  });

  it('may not have names that clash with numbered replicas', async () => {
    const p = { command: 'x' };
    expect(await problems({ name: 'x', processes: { a: { ...p, replicas: 2 }, 'a-0': p } })).toEqual([
      'processes.a-0: "a-0" is also the name of processes.a; use another name',
    ]);
    expect(await problems({ name: 'x', processes: { g: p }, groups: { g: { processes: { p } } } })).toEqual([
      'groups.g: "g" is also the name of processes.g; use another name',
    ]);
    expect(
      await problems({ name: 'x', groups: { g: { replicas: 3, processes: { p } }, 'g-2': { processes: { p } } } }),
    ).toEqual(['groups.g-2: "g-2" is also the name of groups.g; use another name']);
    // The same name in two groups, or inside and outside a group, means two processes.
    const groups = { g: { processes: { p } }, h: { processes: { p } } };
    expect(() => parse({ name: 'x', processes: { p }, groups })).not.toThrow();
  });

  it('may not bind a service in two processes', async () => {
    const clash = (first: object, second: object) =>
      problems({ name: 'x', processes: { a: { command: 'x', ...first }, b: { command: 'x', ...second } } });
    expect(await clash({ bind: 's' }, { bind: 's' })).toEqual([
      'processes.b.bind.s: "s" is also a service of processes.a.bind.s; use another name',
    ]);
    expect(await clash({ bind: 's' }, { expose: 's' })).toHaveLength(1);
    expect(await clash({ bind: 'replay', replicas: 3 }, { bind: 'replay-0' })).toEqual([
      'processes.b.bind.replay-0: "replay-0" is also a service of processes.a.bind.replay; use another name',
    ]);
    expect(await clash({ bind: 'replay', replicas: 3 }, { bind: 'replay' })).toEqual([
      expect.stringMatching(/^processes\.b\.bind\.replay: "replay" also stands for all replicas/),
    ]);
    expect(await clash({ bind: { s: 80 } }, { expose: { t: 80 } })).toEqual([
      expect.stringMatching(/^processes\.b\.expose\.t: port 80 is also wanted by processes\.a\.bind\.s/),
    ]);
    expect(await problemsOf({ replicas: 2, bind: { s: 80 } })).toEqual([
      'bind.s: its replicas cannot all have port 80; leave the port out, and each gets a free one',
    ]);
  });

  it('may not have names that are too long with their numbers', async () => {
    const long = 'a'.repeat(62);
    const processSpec = { command: 'x' };
    expect(() => parse({ name: long, processes: { [long]: processSpec } })).not.toThrow();
    expect((await problems({ name: `${long}bc`, processes: { p: processSpec } }))[0]).toMatch(
      /^name: is ".*", 64 characters; /,
    );
    expect((await problems({ name: 'x', processes: { [long]: { ...processSpec, replicas: 2 } } }))[0]).toContain(
      '64 characters',
    );
    expect((await problemsOf({ replicas: 2, bind: long }))[0]).toContain('64 characters');
    expect(
      (await problems({ name: 'x', groups: { [long]: { replicas: 1, processes: { p: processSpec } } } }))[0],
    ).toContain('64 characters');
  });

  it('may not have arguments or variables that Linux cannot pass to a program', async () => {
    const largest = 'x'.repeat(128 * 1024 - 1);
    expect(() => one({ command: ['echo', largest] })).not.toThrow();
    expect((await problemsOf({ command: ['echo', `${largest}x`] }))[0]).toContain('command[1]: is 131073 bytes');
    expect((await problemsOf({ command: `${largest}x` }))[0]).toContain(
      'a command line with its preamble can have 131072',
    );
    expect((await problemsOf({ command: 'x', preamble: largest }))[0]).toContain('command: is');
    expect(() => one({ env: { A: largest.slice(2) } })).not.toThrow();
    expect((await problemsOf({ env: { A: largest.slice(1) } }))[0]).toContain('env.A: is 131073 bytes');
    expect((await problemsOf({ env: { A: 'ü'.repeat(64 * 1024) } }))[0]).toContain('env.A: is');
    expect(await problemsOf({ command: 'a\0b' })).toEqual([
      'command: holds a NUL byte; nothing can be started with one',
    ]);
    expect(await problemsOf({ env: { A: '\0' } })).toEqual([
      'env.A: holds a NUL byte; nothing can be started with one',
    ]);
  });

  it('is reported without the values of variables', async () => {
    const lines = await problemsOf({ env: { A: 'hunter2'.repeat(20_000), 'B-': 'hunter2', C: ['hunter2'] } });
    expect(lines).toHaveLength(3);
    expect(lines.join()).not.toContain('hunter2');
  });

  it('may not have too many processes, and only the first problems are listed', async () => {
    const processSpec = { command: 'x', replicas: 101 };
    expect(await problems({ name: 'x', groups: { g: { replicas: 100, processes: { p: processSpec } } } })).toEqual([
      'it has 10100 processes; there can be 10000',
    ]);
    expect(await problems({ name: 'x' })).toEqual(['processes: there is none; an experiment needs a process']);
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`p${index}`, {}]));
    const error = await thrownBy(() => parse({ name: 'x', processes: many }));
    expect(error.message.split('\n')).toHaveLength(32);
    expect(error.message).toContain('and 70 more');
  });

  it('may not have an invalid port range', async () => {
    const withRange = (portRange: unknown) => ({ name: 'x', portRange, processes: { p: { command: 'x' } } });
    for (const wrong of ['8000-7000', '0-5', [1, 70_000], [1], '7000', 7000, [9, 8], ['1', '2']]) {
      const lines = await problems(withRange(wrong));
      expect(lines[0]).toMatch(/^portRange.*first and last port, from 1 to 65535/);
    }
  });
});

describe('a value that is not plain data', () => {
  it('is refused with a clear message', async () => {
    const cycle: Record<string, unknown> = { name: 'x' };
    cycle.processes = cycle;
    const deep = JSON.parse(`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`);
    const message = async (input: unknown) => (await thrownBy(() => parse(input))).message;
    expect(await message(cycle)).toContain('processes: holds itself');
    expect(await message({ kube: deep })).toContain('nested more than 40 levels deep');
    expect(await message(JSON.parse('{"__proto__": {"name": "x"}}'))).toContain('__proto__: is not a name');
    expect(await message({ name: () => 1 })).toContain('name: is a function');
    expect(await message({ name: 10n })).toContain('name: is a bigint');
    expect(await message({ name: new Date(0) })).toContain('name: is a Date');
    expect(await message({ name: Number.NaN })).toContain('name: is NaN');
    expect(await message(new Map())).toContain('is a Map');
    for (const input of [null, undefined, 5, 'text', [], [[]]]) expect((await message(input)).length).toBeLessThan(200);
    const thrower = {
      get name() {
        throw new TypeError('no name');
      },
    };
    expect(await message(thrower)).toContain('it cannot be read: no name');
  });

  it('is refused with a SymphonyError, whatever it is', async () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSparseArray: true,
      withNullPrototype: true,
    });
    await fc.assert(
      fc.asyncProperty(anything, async (input) => {
        await thrownBy(() => parse(input));
      }),
      { numRuns: 300 },
    );
  });

  it('gives a spec or a SymphonyError, even where most fields are valid', async () => {
    const junk = fc.oneof(fc.anything(), fc.constantFrom<unknown>('a', 'a-0', ['a'], { a: 1 }, 1, null, true, [], {}));
    const fieldNames = [
      'command',
      'env',
      'replicas',
      'bind',
      'connect',
      'expose',
      'restart',
      'ready',
      'stop',
      'files',
      'secrets',
      'log',
      'kube',
      'x',
    ];
    const fields = fc.dictionary(fc.constantFrom(...fieldNames), junk, { maxKeys: 4 });
    const processSpec = fields.map((some) => ({ command: 'true', ...some }));
    const processes = fc.dictionary(fc.constantFrom('a', 'a-0', 'b', 'B'), fc.oneof(processSpec, junk));
    const group = fc.record({ processes: fc.oneof(processes, junk), replicas: fc.oneof(fc.constantFrom(1, 2), junk) });
    const experiment = fc.record({
      name: fc.constantFrom('x', 'X'),
      processes,
      groups: fc.dictionary(fc.constantFrom('a', 'g'), group),
    });
    await fc.assert(
      fc.asyncProperty(experiment, async (input) => {
        let spec: ExperimentSpec;
        try {
          spec = parse(input);
        } catch (error) {
          await thrownBy(() => {
            throw error;
          });
          return;
        }
        expect(parse(spec)).toEqual(spec);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a validated spec', () => {
  it('is known as such, cannot be changed, and a copy of it is checked anew', async () => {
    const spec = parseSpec({ name: 'x', processes: { p: { command: ['run'], env: { A: '1' } } } });
    expect(await toSpec(spec)).toBe(spec);
    expect(() => Object.assign(spec.processes.p?.env ?? {}, { A: '2' })).toThrow(TypeError);
    const copy = { ...spec, name: 'No name' };
    await expect(toSpec(copy)).rejects.toThrow(/No name/);
  });
});
