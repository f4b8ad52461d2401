import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProcess } from '../../../../src/engine/contract/status.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';
import '../../support/reserve-sections.ts';

const resolve = (input: object) => resolveExperiment(parseSpec({ name: 'x', ...input }, { baseDir: '/base' }));

describe('resolveExperiment', () => {
  const x = { command: 'x' };
  const afterOf = (input: object) =>
    Object.fromEntries(
      resolve(input).processes.map((resolved) => [
        formatProcess(resolved),
        resolved.after.map(({ key, condition }) => `${key} ${condition}`),
      ]),
    );

  it('expands the names of start conditions to keys', () => {
    const keys = (name: string) =>
      afterOf({
        processes: { a: { ...x, replicas: 2 }, b: x, p: { ...x, after: { [name]: 'ready' } } },
        groups: { g: { replicas: 2, processes: { b: x, c: x } } },
      }).p;
    expect(keys('a')).toEqual(['a-0 ready', 'a-1 ready']);
    expect(keys('a-1')).toEqual(['a-1 ready']);
    // The process outside any group, not those of its name in groups.
    expect(keys('b')).toEqual(['b ready']);
    expect(keys('c')).toEqual(['g-0.c ready', 'g-1.c ready']);
    expect(keys('g')).toEqual(['g-0.b ready', 'g-0.c ready', 'g-1.b ready', 'g-1.c ready']);
    expect(keys('g-1')).toEqual(['g-1.b ready', 'g-1.c ready']);
    expect(keys('g/c')).toEqual(['g-0.c ready', 'g-1.c ready']);
    expect(keys('g-1/c')).toEqual(['g-1.c ready']);
  });

  it('adds the conditions of a process to those of its group, which all its processes have', () => {
    const group = { after: { p: 'ready' }, processes: { a: { ...x, after: { p: 'ended', b: 'ready' } }, b: x } };
    expect(afterOf({ processes: { p: x }, groups: { g: group } })).toEqual({
      p: [],
      'g/a': ['p ready', 'p ended', 'g.b ready'],
      'g/b': ['p ready'],
    });
  });

  it('means a process of the same replica of a group, unless another is named', () => {
    const conditions = (name: string) => {
      const groups = { g: { replicas: 2, processes: { prepare: x, agent: { ...x, after: { [name]: 'succeeded' } } } } };
      const after = afterOf({ groups });
      return [after['g-0/agent'], after['g-1/agent']];
    };
    expect(conditions('prepare')).toEqual([['g-0.prepare succeeded'], ['g-1.prepare succeeded']]);
    expect(conditions('g/prepare')).toEqual([['g-0.prepare succeeded'], ['g-1.prepare succeeded']]);
    expect(conditions('g-0/prepare')).toEqual([['g-0.prepare succeeded'], ['g-0.prepare succeeded']]);
  });

  it('shares the conditions of replicas, so that thousands may wait for thousands', () => {
    const { processes } = resolve({
      processes: { a: { ...x, replicas: 5000 } },
      groups: { g: { replicas: 1000, after: { a: 'ready' }, processes: { b: x, c: { ...x, replicas: 4 } } } },
    });
    const lists = new Set(processes.map(({ after }) => after).filter(({ length }) => length > 0));
    expect([...lists].map(({ length }) => length)).toEqual([5000, 5000]);
  });

  it('expands the names that the experiment ends with', () => {
    const groups = { g: { replicas: 2, processes: { b: x } } };
    const ends = (endsWith: unknown) =>
      resolve({ endsWith, maxDuration: '1h', processes: { a: { ...x, replicas: 2 } }, groups });
    expect(ends(['a', 'g', 'a-0'])).toMatchObject({
      endsWith: { names: ['a', 'g', 'a-0'], keys: ['a-0', 'a-1', 'g-0.b', 'g-1.b'], delay: 0 },
      maxDuration: 3600,
    });
    expect(ends({ processes: 'g/b', delay: '10s' }).endsWith).toEqual({
      names: ['g/b'],
      keys: ['g-0.b', 'g-1.b'],
      delay: 10,
    });
  });

  it('fills in every default', () => {
    const { processes, services, ...experiment } = resolve({ processes: { p: { command: 'true' } } });
    expect(experiment).toMatchObject({ name: 'x', portRange: [7000, 8999], onFailure: 'continue' });
    expect(services).toEqual([]);
    expect(processes).toEqual([
      {
        group: null,
        name: 'p',
        path: 'processes.p',
        replica: null,
        replicas: 1,
        command: 'true',
        preamble: [],
        shell: ['/bin/sh'],
        env: {},
        startDir: '/base',
        bind: [],
        connect: [],
        expose: [],
        restart: 'never',
        maxRestarts: null,
        after: [],
        maxDuration: null,
        alive: null,
        ready: { kind: 'started' },
        stop: { signal: 'TERM', timeout: 10 },
        tty: false,
        resources: {},
        image: null,
        logSize: 256 * 1024 * 1024,
        files: [],
        secrets: [],
        sections: {},
        groupSections: {},
      },
    ]);
  });

  it('applies the values for all processes, which the process’s own override', () => {
    const { processes } = resolve({
      env: { A: 'all', B: 'all' },
      preamble: 'first',
      image: 'all:1',
      files: ['shared'],
      secrets: ['/key'],
      startDir: 'sub',
      kube: { a: 1 },
      processes: {
        p: {
          command: 'x',
          env: { B: 'own', C: 'own' },
          preamble: 'second',
          image: 'own:1',
          files: ['shared', 'own'],
          startDir: 'dir',
        },
        q: { command: 'x', stop: { signal: 'INT' }, kube: { b: 2 } },
      },
      groups: { g: { kube: { c: 3 }, processes: { r: { command: 'x', secrets: '/other' } } } },
    });
    expect(processes[0]).toMatchObject({
      env: { A: 'all', B: 'own', C: 'own' },
      preamble: ['first', 'second'],
      image: 'own:1',
      files: ['shared', 'own'],
      startDir: '/base/dir',
      secrets: ['/key'],
    });
    expect(processes[1]).toMatchObject({
      image: 'all:1',
      startDir: '/base/sub',
      stop: { signal: 'INT', timeout: 10 },
      sections: { kube: { b: 2 } },
      groupSections: {},
    });
    expect(processes[2]).toMatchObject({ groupSections: { kube: { c: 3 } }, secrets: ['/key', '/other'] });
  });

  it('expands replicas of processes and of groups', () => {
    const { processes } = resolve({
      processes: { p: { command: 'x', replicas: 2 }, one: { command: 'x', replicas: 1 } },
      groups: { g: { replicas: 2, processes: { a: { command: 'x' }, b: { command: 'x', replicas: 2 } } } },
    });
    expect(processes.map((resolved) => [formatProcess(resolved), resolved.replica, resolved.path])).toEqual([
      ['p-0', 0, 'processes.p'],
      ['p-1', 1, 'processes.p'],
      ['one-0', 0, 'processes.one'],
      ['g-0/a', 0, 'groups.g.processes.a'],
      ['g-0/b-0', 0, 'groups.g.processes.b'],
      ['g-0/b-1', 1, 'groups.g.processes.b'],
      ['g-1/a', 1, 'groups.g.processes.a'],
      ['g-1/b-0', 2, 'groups.g.processes.b'],
      ['g-1/b-1', 3, 'groups.g.processes.b'],
    ]);
  });

  it('numbers services by their process and its group', () => {
    const { services, processes } = resolve({
      processes: { hub: { command: 'x', bind: { hub: 80, page: null }, expose: { page: 8080 } } },
      groups: {
        g: {
          replicas: 2,
          processes: {
            b: { command: 'x', replicas: 2, bind: 's', ready: { service: 's' } },
            c: { command: 'x', connect: ['s', 'hub'] },
          },
        },
      },
    });
    expect(
      services.map(({ name, declaredName, kind, owner, wantedPort, path }) => [
        name,
        declaredName,
        kind,
        formatProcess(owner),
        wantedPort,
        path,
      ]),
    ).toEqual([
      ['hub', 'hub', 'bind', 'hub', 80, 'processes.hub.bind.hub'],
      ['page', 'page', 'expose', 'hub', 8080, 'processes.hub.expose.page'],
      ['s-0-0', 's', 'bind', 'g-0/b-0', null, 'groups.g.processes.b.bind.s'],
      ['s-0-1', 's', 'bind', 'g-0/b-1', null, 'groups.g.processes.b.bind.s'],
      ['s-1-0', 's', 'bind', 'g-1/b-0', null, 'groups.g.processes.b.bind.s'],
      ['s-1-1', 's', 'bind', 'g-1/b-1', null, 'groups.g.processes.b.bind.s'],
    ]);
    expect(processes[0]).toMatchObject({
      bind: ['hub', 'page'],
      expose: ['page'],
      ready: { kind: 'listening', services: ['hub', 'page'] },
    });
    expect(processes[1]).toMatchObject({ bind: ['s-0-0'], ready: { kind: 'listening', services: ['s-0-0'] } });
    expect(processes[3]).toMatchObject({ connect: ['s-0-0', 's-0-1', 's-1-0', 's-1-1', 'hub'] });
  });

  it('resolves every form of readiness', () => {
    const ready = (fields: object) => resolve({ processes: { p: { command: 'x', ...fields } } }).processes[0]?.ready;
    expect(ready({ expose: 'web' })).toEqual({ kind: 'started' });
    expect(ready({ bind: 'a', ready: 'started' })).toEqual({ kind: 'started' });
    expect(ready({ expose: 'web', ready: { service: 'web' } })).toEqual({ kind: 'listening', services: ['web'] });
    expect(ready({ ready: { log: 'up' } })).toEqual({ kind: 'log', pattern: 'up' });
    expect(ready({ ready: { command: ['a', 'b'] } })).toEqual({ kind: 'command', command: ['a', 'b'] });
  });

  it('gives every process and every service a unique name', () => {
    const replicas = fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined });
    fc.assert(
      fc.property(replicas, replicas, replicas, (ofGroup, first, second) => {
        const { processes, services } = resolve({
          processes: { hub: { command: 'x', connect: ['s', 't'] } },
          groups: {
            g: {
              replicas: ofGroup,
              processes: {
                a: { command: 'x', replicas: first, bind: 's' },
                b: { command: 'x', replicas: second, bind: 't' },
              },
            },
          },
        });
        const count = (ofGroup ?? 1) * ((first ?? 1) + (second ?? 1));
        expect(new Set(processes.map(formatProcess)).size).toBe(count + 1);
        expect(new Set(services.map(({ name }) => name)).size).toBe(count);
        expect(new Set(processes[0]?.connect)).toEqual(new Set(services.map(({ name }) => name)));
        for (const resolved of processes) {
          const own = services.filter(({ owner }) => formatProcess(owner) === formatProcess(resolved));
          expect(own.map(({ name }) => name)).toEqual(resolved.bind);
        }
      }),
    );
  });

  it('resolves ten thousand processes', () => {
    const { processes } = resolve({
      processes: { hub: { command: 'x', connect: 's' }, p: { command: 'x', replicas: 9999, bind: 's' } },
    });
    expect(processes).toHaveLength(10_000);
  });
});
