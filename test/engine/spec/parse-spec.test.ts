import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExperimentSpec } from '../../../src/engine/spec/experiment-spec.ts';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';
import '../support/reserve-sections.ts';
import { thrownBy } from '../support/thrown.ts';
import { one, parse, problems, problemsOf } from './support/problems.ts';

describe('a valid spec', () => {
  it('keeps its values and gains only the folder', () => {
    expect(parse({ name: 'rl', processes: { learner: { command: 'python learner.py' } } })).toEqual({
      name: 'rl',
      startDir: '/base',
      processes: { learner: { command: 'python learner.py' } },
      groups: {},
    });
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
      [{ alive: {} }, 'alive: must have one of silence, command and service'],
      [{ alive: true }, 'alive: is true; it must be one of { silence: 10m }'],
      [{ alive: { silence: 60, command: 'a' } }, 'alive: must have one of silence, command and service'],
      [{ alive: { silence: '500ms' } }, 'alive.silence: is 0.5 s; it must be 1 s at least'],
      [{ alive: { silence: 'long' } }, 'alive.silence: is "long"; it must be seconds'],
      [{ alive: { silence: 60, failures: 2 } }, 'alive.failures: has no meaning with silence; leave it out'],
      [{ alive: { command: [''] } }, 'alive.command[0]: is blank; it must be the program to run'],
      [{ alive: { command: 'a', every: 0.1 } }, 'alive.every: is 0.1 s; it must be 1 s at least'],
      [{ alive: { command: 'a', failures: 0 } }, 'alive.failures: is 0; it must be a whole number'],
      [{ alive: { comand: 'a' } }, 'alive.comand: there is no such field; did you mean command?'],
      [
        { bind: 'web-server', alive: { service: 'web-serve' } },
        'alive.service: "web-serve" is not a service that this process binds or exposes; did you mean web-server?',
      ],
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

  it('in a group is reported with the place of the group', async () => {
    const member = { command: 'x', connect: 'nowhere' };
    expect(
      await problems({
        name: 'x',
        secrets: '/a/key',
        groups: {
          g: {
            files: '/etc',
            env: { SYMPH_A: 'x' },
            shell: 'fish',
            maxRestarts: 1,
            secrets: '/b/key',
            processes: { p: { ...member, secrets: '/c/key' } },
          },
        },
      }),
    ).toEqual([
      expect.stringMatching(/^groups\.g\.env\.SYMPH_A: is set by Symphony itself/),
      expect.stringMatching(/^groups\.g\.files\[0\]: is "\/etc"/),
      expect.stringMatching(/^groups\.g\.shell: is fish/),
      expect.stringMatching(/^groups\.g\.maxRestarts: has no meaning when nothing is restarted/),
      expect.stringMatching(/^groups\.g\.secrets\[0\]: has the same file name as \/a\/key/),
      expect.stringMatching(/^groups\.g\.processes\.p\.secrets\[0\]: has the same file name as \/b\/key/),
      expect.stringMatching(/^groups\.g\.processes\.p\.connect\[0\]: no process binds "nowhere"/),
    ]);
  });

  it('in the form of a field of a group does not hide the others', async () => {
    const lines = await problems({
      name: 'x',
      groups: { g: { shell: 5, processes: { p: { command: 'x', connect: 'nowhere' } } } },
    });
    expect(lines.map((line) => line.split(':')[0])).toEqual(['groups.g.shell', 'groups.g.processes.p.connect[0]']);
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
      'alive',
      'stop',
      'files',
      'secrets',
      'log',
      'kube',
      'shell',
      'preamble',
      'resources',
      'maxRestarts',
      'x',
    ];
    const fields = fc.dictionary(fc.constantFrom(...fieldNames), junk, { maxKeys: 4 });
    const processSpec = fields.map((some) => ({ command: 'true', ...some }));
    const processes = fc.dictionary(fc.constantFrom('a', 'a-0', 'b', 'B'), fc.oneof(processSpec, junk));
    const group = fc
      .record({ processes: fc.oneof(processes, junk), replicas: fc.oneof(fc.constantFrom(1, 2), junk) })
      .chain((parts) => fields.map((some) => ({ ...some, ...parts })));
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
