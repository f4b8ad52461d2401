import { describe, expect, it } from 'vitest';
import { one, parse } from './support/problems.ts';

describe('a valid spec', () => {
  it('is normalized to one form', () => {
    expect(one({ bind: 'a' })?.bind).toEqual({ a: null });
    expect(one({ bind: ['a', 'b'] })?.bind).toEqual({ a: null, b: null });
    expect(one({ bind: { a: 80, b: null, c: 'auto' } })?.bind).toEqual({ a: 80, b: null, c: null });
    expect(one({ expose: { tensorboard: 6006 } })?.expose).toEqual({ tensorboard: 6006 });
    expect(one({ bind: 'a', connect: 'a' })?.connect).toEqual(['a']);
    expect(one({ command: ['python', '-x', 3, true] })?.command).toEqual(['python', '-x', '3', 'true']);
    expect(one({ env: { A: 1, B: true, C: 'x', D: '' } })?.env).toEqual({ A: '1', B: 'true', C: 'x', D: '' });
    expect(one({ preamble: 'a' })?.preamble).toEqual(['a']);
    expect(one({ shell: 'bash' })?.shell).toEqual(['bash']);
    expect(one({ shell: ['/bin/bash', '-l'] })?.shell).toEqual(['/bin/bash', '-l']);
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

  it('has its ends, limits and start conditions in one form', () => {
    const withEnd = (endsWith: unknown) => parse({ name: 'x', endsWith, processes: { p: { command: 'x' } } }).endsWith;
    expect(withEnd('p')).toEqual({ processes: ['p'] });
    expect(withEnd(['p'])).toEqual({ processes: ['p'] });
    expect(withEnd({ processes: 'p', delay: '1m' })).toEqual({ processes: ['p'], delay: 60 });
    expect(parse({ name: 'x', maxDuration: '12h', processes: { p: { command: 'x' } } }).maxDuration).toBe(43_200);
    expect(one({ maxDuration: 90 })?.maxDuration).toBe(90);
    const group = { after: { p: 'ready' }, processes: { a: { command: 'x', after: { p: 'started' } } } };
    const spec = parse({ name: 'x', processes: { p: { command: 'x' } }, groups: { g: group } });
    expect(spec.groups.g).toMatchObject({ after: { p: 'ready' }, processes: { a: { after: { p: 'started' } } } });
  });

  it('may use every form of readiness', () => {
    expect(one({ ready: 'started' })?.ready).toBe('started');
    expect(one({ expose: 'web', ready: { service: 'web' } })?.ready).toEqual({ service: 'web' });
    expect(one({ ready: { log: '^ready' } })?.ready).toEqual({ log: '^ready' });
    expect(one({ ready: { command: ['test', 1] } })?.ready).toEqual({ command: ['test', '1'] });
  });

  it('may use every form of liveness', () => {
    expect(one({ alive: { silence: '10m' } })?.alive).toEqual({ silence: 600 });
    expect(one({ alive: { command: ['test', 1], every: '2s' } })?.alive).toEqual({ command: ['test', '1'], every: 2 });
    const service = { service: 'web', every: '1m', failures: 5 };
    expect(one({ expose: 'web', alive: service })?.alive).toEqual({ service: 'web', every: 60, failures: 5 });
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

  it('may have the shared fields in a group, in the same forms', () => {
    const spec = parse({
      name: 'x',
      groups: {
        g: {
          startDir: 'sub',
          secrets: 'key',
          preamble: 'a',
          shell: 'bash',
          env: { A: 1, T: { secret: true, fromFile: 'token' } },
          restart: { policy: 'always', maxRestarts: 3 },
          resources: { memory: '1Ki' },
          processes: { p: { command: 'x' } },
        },
      },
    });
    expect(spec.groups.g).toEqual({
      startDir: '/base/sub',
      secrets: ['/base/key'],
      preamble: ['a'],
      shell: ['bash'],
      env: { A: '1', T: { secret: true, fromFile: '/base/token' } },
      restart: 'always',
      maxRestarts: 3,
      resources: { memory: 1024 },
      processes: { p: { command: 'x' } },
    });
  });

  it('loses its undefined fields', () => {
    expect(one({ env: undefined, replicas: undefined, bind: undefined })).toEqual({ command: 'true' });
  });
});
