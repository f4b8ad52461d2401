import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { progressFile } from '../../../../src/backends/docker/containers/create-call.ts';
import { withoutReferences } from '../../../../src/engine/spec/resolve/references.ts';
import { callOf, callsOf } from '../support/calls.ts';

const variableName = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/).filter((name) => !name.startsWith('SYMPH_'));
const word = fc.string({ minLength: 1 }).filter((text) => !text.includes('\0'));

describe('createCall', () => {
  it('passes arguments and variables on as they are', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.dictionary(variableName, word), (command, values) => {
        const env = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, withoutReferences(value)]));
        const call = callOf({ command, env });
        expect([...call.Entrypoint, ...call.Cmd]).toEqual(command);
        for (const [name, value] of Object.entries(values)) expect(call.Env).toContain(`${name}=${value}`);
      }),
    );
  });

  it('runs a string in the shell, in one stream, and writes down the progress of a preamble', () => {
    expect(callOf({ command: 'echo $HOME' }).Entrypoint).toEqual(['/bin/sh', '-c', 'exec 2>&1; echo $HOME']);
    const withPreamble = callOf({ command: ['python', 'a.py'], preamble: ['. venv/bin/activate'] });
    expect(withPreamble.Entrypoint.join(' ')).toContain(progressFile);
  });

  it('puts values of secrets into the environment and nowhere else', () => {
    const env = { TOKEN: { secret: true, fromEnv: 'TOKEN' } } as const;
    const { Env, ...rest } = callOf({ env }, { secretValues: { TOKEN: 'hunter2' } });
    expect(Env).toContain('TOKEN=hunter2');
    expect(JSON.stringify(rest)).not.toContain('hunter2');
  });

  it('publishes what is exposed at the address of the launch, and nothing that is only bound', () => {
    const call = callOf({ bind: { inside: null }, expose: { page: 6006 } }, { facts: { publishAddress: '10.0.0.1' } });
    expect(call.HostConfig.PortBindings).toEqual({ '6006/tcp': [{ HostIp: '10.0.0.1', HostPort: '6006' }] });
    expect(callOf({ bind: { inside: null } }).HostConfig.PortBindings).toBeUndefined();
  });

  it('is found in the network of the experiment by the names of its process and services', () => {
    const { learner } = callsOf({
      processes: { learner: { command: ['true'], bind: { replay: null, params: null } } },
    });
    expect(learner?.NetworkingConfig).toEqual({
      EndpointsConfig: { 'rl.a1b2': { Aliases: ['learner', 'replay', 'params'] } },
    });
    expect(learner?.HostConfig.NetworkMode).toBe('rl.a1b2');
  });

  it('mounts the folder of the program where the engine sees it, as the user who launches', () => {
    const mount = { Type: 'bind', Source: '/work/project', Target: '/work/project', ReadOnly: false };
    expect(callOf({})).toMatchObject({
      WorkingDir: '/work/project',
      User: '1000:1000',
      HostConfig: { Mounts: [mount] },
    });
    for (const call of [
      callOf({}, { facts: { isLocal: false } }),
      callOf({}, { hasStartDir: false }),
      callOf({ docker: { mount: false } }),
      callOf({ startDir: '/' }),
      callOf({ startDir: '/usr' }),
    ]) {
      expect(call.HostConfig.Mounts).toBeUndefined();
      expect(call.User).toBeUndefined();
    }
    expect(callOf({ startDir: '/usr', docker: { mount: true } }).HostConfig.Mounts).toHaveLength(1);
    expect(callOf({ docker: { user: 'nobody' } }).User).toBe('nobody');
  });

  it('mounts a declared volume in place of the folder of the program', () => {
    const { Mounts } = callOf({ docker: { volumes: ['data:/work/project', '/srv:/srv:ro', '/cache'] } }).HostConfig;
    expect(Mounts).toEqual([
      { Type: 'volume', Source: 'data', Target: '/work/project', ReadOnly: false },
      { Type: 'bind', Source: '/srv', Target: '/srv', ReadOnly: true },
      { Type: 'volume', Target: '/cache', ReadOnly: false },
    ]);
  });

  it('enforces resources, and counts swap as memory', () => {
    const { HostConfig } = callOf({ resources: { cpu: 0.5, memory: 1e9 }, docker: { sharedMemory: '1Gi' } });
    expect(HostConfig).toMatchObject({ NanoCpus: 5e8, Memory: 1e9, MemorySwap: 1e9, ShmSize: 2 ** 30 });
  });

  it('keeps a log in several files of the declared size together, however large', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (size) => {
        const { Config } = callOf({ log: { size } }).HostConfig.LogConfig;
        const kept = Number(Config['max-size']) * Number(Config['max-file']);
        expect(Number(Config['max-file'])).toBeGreaterThan(1);
        expect(kept).toBeGreaterThanOrEqual(size);
        expect(kept).toBeLessThan(size + 4 * 1024 * 1024 + 4);
      }),
    );
  });

  it('lets no label of a section replace one of its own', () => {
    const { Labels } = callOf({ docker: { labels: { 'symphony.launch': 'other', team: 'a' } } });
    expect(Labels).toMatchObject({ 'symphony.launch': 'a1b2', 'symphony.process': 'main', team: 'a' });
  });

  it('merges patches over the finished call, the innermost last', () => {
    const call = callOf(
      { docker: { patch: { HostConfig: { Privileged: true, Init: null } } } },
      { experiment: { docker: { patch: { HostConfig: { Privileged: false, OomScoreAdj: 5 } } } } },
    );
    expect(call.HostConfig).toMatchObject({ Privileged: true, OomScoreAdj: 5, RestartPolicy: { Name: 'no' } });
    expect(call.HostConfig).not.toHaveProperty('Init');
  });
});
