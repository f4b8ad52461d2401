import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { overrideSetting } from '../../../../src/engine/settings/config.ts';
import { type LoadOptions, loadSpec } from '../../../../src/engine/spec/source/load-spec.ts';
import '../../support/reserve-sections.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';
import { thrownBy } from '../../support/thrown.ts';

const scratch = scratchFolder();
afterEach(() => overrideSetting('program', 'username', undefined));

function file(content: string | Uint8Array, name = 'spec.yaml'): string {
  const path = scratch.path(name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** The message of the error, without the folder of the test. */
async function message(content: string | Uint8Array, options: LoadOptions = {}, name = 'spec.yaml'): Promise<string> {
  const error = await thrownBy(() => loadSpec(file(content, name), options));
  return `${error.code}: ${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}`.replaceAll(
    `${scratch.path()}/`,
    '',
  );
}

const rl = `name: rl
processes:
  learner:
    command: python learner.py
    bind: [replay-server, parameter-server]     # a name, a list of names, or { name: port }
    expose: { tensorboard: 6006 }
    resources: { cpu: 2, memory: 4Gi, gpu: 1 }
    image: python:3.13-slim
    files: [learner.py, lib/]
groups:
  agents:
    processes:
      agent: { command: [python, agent.py, --env, cheetah], replicas: 4, connect: [replay-server, parameter-server] }
`;

describe('loadSpec', () => {
  it('reads YAML', async () => {
    expect(await loadSpec(file(rl))).toEqual({
      name: 'rl',
      startDir: scratch.path(),
      processes: {
        learner: {
          command: 'python learner.py',
          bind: { 'replay-server': null, 'parameter-server': null },
          expose: { tensorboard: 6006 },
          resources: { cpu: 2, memory: 2 ** 32, gpu: 1 },
          image: 'python:3.13-slim',
          files: ['learner.py', 'lib/'],
        },
      },
      groups: {
        agents: {
          processes: {
            agent: {
              command: ['python', 'agent.py', '--env', 'cheetah'],
              replicas: 4,
              connect: ['replay-server', 'parameter-server'],
            },
          },
        },
      },
    });
  });

  it('reads JSON, whatever the file is called', async () => {
    const json = JSON.stringify({ $schema: 'x', name: 'rl', processes: { a: { command: ['x', 1.5] } } }, null, '\t');
    for (const name of ['spec.json', 'spec.yaml', 'spec']) {
      expect((await loadSpec(file(json, name))).processes.a?.command).toEqual(['x', '1.5']);
    }
    expect(await loadSpec(file(`\ufeff${json}`, 'bom.json'))).toMatchObject({ name: 'rl' });
  });

  it('resolves paths against the folder of the file, whatever the working directory', async () => {
    file('name: rl\nstartDir: sub\nsecrets: key\nprocesses: { a: { command: x } }', 'deep/spec.yaml');
    const spec = await loadSpec('deep/spec.yaml', { cwd: scratch.path() });
    expect(spec).toMatchObject({ startDir: scratch.path('deep/sub'), secrets: [scratch.path('deep/key')] });
  });

  it('keeps arguments and variables as they were written', async () => {
    const spec = await loadSpec(
      file('name: x\nenv: { VERSION: 1.10, YES: True, HEX: 0x1F }\nprocesses: { a: { command: [x, 1e-3, 007, no] } }'),
    );
    expect(spec.env).toEqual({ VERSION: '1.10', YES: 'True', HEX: '0x1F' });
    expect(spec.processes.a?.command).toEqual(['x', '1e-3', '007', 'no']);
  });

  it('supports anchors and merge keys', async () => {
    const text = 'name: x\nprocesses:\n  a: &a { command: x, replicas: 2 }\n  b: { <<: *a, replicas: 3 }\n  c: *a\n';
    expect((await loadSpec(file(text))).processes).toEqual({
      a: { command: 'x', replicas: 2 },
      b: { command: 'x', replicas: 3 },
      c: { command: 'x', replicas: 2 },
    });
  });

  it('puts the username before the name, once', async () => {
    overrideSetting('program', 'username', 'sarah');
    expect((await loadSpec(file(rl))).name).toBe('sarah-rl');
    expect((await loadSpec(file(rl), { name: 'other' })).name).toBe('sarah-other');
    expect((await loadSpec(file(rl), { name: 'sarah-other' })).name).toBe('sarah-other');
    expect(await message(rl, { name: 'a'.repeat(60) })).toContain('name: is');
  });

  it('reads from a pipe', async () => {
    const path = scratch.path('pipe');
    execFileSync('mkfifo', [path]);
    const [spec] = await Promise.all([loadSpec(path), writeFile(path, rl)]);
    expect(spec.name).toBe('rl');
  });
});

describe('set', () => {
  const load = async (...set: string[]) => loadSpec(file(rl), { set });

  it('overrides values of the file', async () => {
    const spec = await load(
      'image=own:1',
      'processes.learner.image=other:2',
      'groups.agents.processes.agent.replicas=8',
      'groups.agents.processes.agent.command[3]=walker',
      'groups.agents.processes.agent.connect.1=replay-server',
      'processes.learner.env.VERSION=1.10',
      'processes.learner.resources.memory=1Gi',
      'processes.learner.tty=true',
      'processes.learner.bind.replay-server=null',
      'processes.learner.kube.nodeSelector."a.b/c"=d',
    ).catch((error) => error);
    // `bind` is a list in the file, so it has no element of that name.
    expect(spec).toMatchObject({ code: 'invalid-spec' });
    const right = await load(
      'image=own:1',
      'processes.learner.image=other:2',
      'groups.agents.processes.agent.replicas=8',
      'groups.agents.processes.agent.command[3]=walker',
      'groups.agents.processes.agent.connect.1=replay-server',
      'processes.learner.env.VERSION=1.10',
      'processes.learner.resources.memory=1Gi',
      'processes.learner.tty=true',
      'processes.learner.bind=[replay-server, parameter-server, more]',
      'processes.learner.kube.nodeSelector."a.b/c"=d',
      'processes.learner.command=python a.py: b=c',
    );
    expect(right.image).toBe('own:1');
    expect(right.processes.learner).toMatchObject({
      image: 'other:2',
      env: { VERSION: '1.10' },
      resources: { cpu: 2, memory: 2 ** 30 },
      tty: true,
      bind: { 'replay-server': null, 'parameter-server': null, more: null },
      kube: { nodeSelector: { 'a.b/c': 'd' } },
      command: 'python a.py: b=c',
    });
    expect(right.groups.agents?.processes.agent).toMatchObject({
      replicas: 8,
      command: ['python', 'agent.py', '--env', 'walker'],
      connect: ['replay-server', 'replay-server'],
    });
  });

  it('is validated like the file, and named in messages', async () => {
    expect(await message(rl, { set: ['processes.learner.replicas=many'] })).toBe(
      'invalid-spec: spec.yaml has a problem:\n  set "processes.learner.replicas=many": processes.learner.replicas: is "many"; it must be a whole number from 1 to 10000',
    );
    expect(await message(rl, { set: ['imgae=x'] })).toContain(
      'set "imgae=x": imgae: there is no such field; did you mean image?',
    );
    expect(await message(rl, { set: ['processes.lerner.image=x'] })).toBe(
      'invalid-spec: set "processes.lerner.image=x": there is no "lerner" in processes. Did you mean learner?',
    );
    expect(await message(rl, { set: ['groups.agents.processes.x.tty=true'] })).toContain('There is: agent.');
    expect(await message(rl, { set: ['name.x=y'] })).toContain('name is neither map nor list');
    expect(await message(rl, { set: ['processes.learner.files[7]=y'] })).toContain(
      'there is no element 7; the list has 2',
    );
    expect(await message(rl, { set: ['processes.learner.files.x=y'] })).toContain('there is no element x');
  });

  it('refuses a text without the form path=value', async () => {
    for (const set of ['', 'x', '=x', 'a..b=c', '.a=b', 'a.=b', 'a[x]=b', '__proto__.x=y', 'a."b=c']) {
      expect(await message(rl, { set: [set] })).toMatch(/^usage: set ".*" is not of the form path=value/);
    }
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

describe('an invalid file', () => {
  it('is reported with the line of each problem', async () => {
    const text = `${rl.replace('replay-server, parameter-server] }', 'replay-serve] }').replace('image:', 'imgae:')}onFailure: explode\n`;
    expect(await message(text)).toBe(
      [
        'invalid-spec: spec.yaml has 3 problems:',
        '  spec.yaml:8: processes.learner.imgae: there is no such field; did you mean image?',
        '  spec.yaml:14: onFailure: is "explode"; it must be continue or stop',
        '  spec.yaml:13: groups.agents.processes.agent.connect[0]: no process binds "replay-serve"; did you mean replay-server?',
      ].join('\n'),
    );
    const json = '{\n  "name": "x",\n  "processes": {\n    "a": {\n      "command": ""\n    }\n  }\n}\n';
    expect(await message(json, {}, 'spec.json')).toContain('spec.json:5: processes.a.command: is an empty text');
    expect(await message('name: x\nprocesses:\n  a: &a\n    command: 5\n  b: *a')).toContain(
      'spec.yaml:4: processes.b.command: is 5',
    );
  });

  it('is reported with line and column of a syntax error', async () => {
    expect(await message('name: x\nprocesses: [\n')).toMatch(/^invalid-spec: spec\.yaml:3:1: /);
    expect(await message('name: x\n\tprocesses: 1')).toMatch(/^invalid-spec: spec\.yaml:2:1: Tabs/);
    expect(await message('name: x\nname: y')).toBe('invalid-spec: spec.yaml:2:1: this field is given twice.');
    expect(await message('name: x\n---\nname: y')).toContain('spec.yaml:2:1: a second document starts here');
    expect(await message('name: !!python/object x')).toMatch(/spec\.yaml:1:\d+: Unresolved tag/);
    expect(await message('? [a]\n: b')).toMatch(/spec\.yaml:1:\d+: /);
    expect(await message('{\n  "name": "x",\n}', {}, 'a.json')).toMatch(
      /^invalid-spec: a\.json:3:1: this is not JSON: /,
    );
    expect(await message('name: x', {}, 'a.json')).toMatch(/^invalid-spec: a\.json:1:\d+: this is not JSON: /);
    expect(await message('{"name": "x", "name": "y"}', {}, 'a.json')).toContain('given twice');
    expect(await message('', {}, 'a.json')).toContain('a.json:1:1: this is not JSON');
    expect(await message('')).toContain('it is null; a spec is a map');
  });

  it('is refused before its aliases expand without limit', async () => {
    expect(await message('name: x\nkube: &a\n  again: *a')).toContain('kube.again: holds itself');
    expect(await message('name: *nowhere')).toContain('Unresolved alias');
    const line = (name: string, of: string) => `  ${name}: &${name} [${Array(10).fill(`*${of}`).join(', ')}]\n`;
    const bomb = `name: x\nkube:\n  a: &a [1, 2, 3]\n${[...'bcdefghij'].map((name, index) => line(name, 'abcdefghi'[index] ?? '')).join('')}`;
    expect(await message(bomb)).toContain('its aliases expand to too much data');
    const wide = `name: x\nkube:\n  a: &a [${Array(2000).fill('1').join(', ')}]\n  b: [${Array(2000).fill('*a').join(', ')}]\n`;
    expect(await message(wide)).toContain('holds over a million values');
    expect(await message('['.repeat(100_000))).toContain('nested too deep');
  });

  it('is refused if it cannot be a spec', async () => {
    const of = async (path: string) => (await thrownBy(() => loadSpec(path))).message;
    expect(await thrownBy(() => loadSpec('none.yaml', { cwd: scratch.path() }))).toMatchObject({
      code: 'invalid-spec',
      message: 'There is no file none.yaml.',
    });
    expect(await of(scratch.path())).toContain('is a folder');
    expect(await message(Buffer.alloc(10 * 2 ** 20, 'a'))).toContain('is over 1 MiB, too large for a spec');
    expect(await of('/dev/zero')).toContain('is over 1 MiB');
    expect(await message(Buffer.from([0x6e, 0xff, 0xfe]))).toContain('is not UTF-8 text');
    expect(await message(Buffer.from('name: x', 'utf16le'))).toContain('is not text: it contains NUL bytes');
    expect(await of(`${file('x')}/spec.yaml`)).toContain('There is no file');
  });

  it('is refused if it cannot be read', async () => {
    const socket = createServer().listen(scratch.path('socket'));
    await once(socket, 'listening');
    expect((await thrownBy(() => loadSpec(scratch.path('socket')))).message).toContain('cannot be read');
    socket.close();
  });

  it('gives a SymphonyError, whatever the file contains', async () => {
    const words = fc.constantFrom(
      'name',
      'processes',
      'command',
      'x',
      ':',
      ' ',
      '\n',
      '  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '&a',
      '*a',
      '<<',
      '!',
      '"',
      "'",
      '|',
      '#',
      '1',
      ',',
    );
    const texts = fc.oneof(
      fc.array(words, { maxLength: 30 }).map((parts) => parts.join('')),
      fc.string(),
      fc.json(),
    );
    await fc.assert(
      fc.asyncProperty(texts, fc.constantFrom('a.yaml', 'a.json'), async (content, name) => {
        const { code } = await thrownBy(() => loadSpec(file(content, name)));
        expect(code).toBe('invalid-spec');
      }),
      { numRuns: 300 },
    );
  });
});
