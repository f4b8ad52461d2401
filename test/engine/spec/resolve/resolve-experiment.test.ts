import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProcess } from '../../../../src/engine/contract/status.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';
import '../../support/reserve-sections.ts';

const resolve = (input: object) => resolveExperiment(parseSpec({ name: 'x', ...input }, { baseDir: '/base' }));

describe('resolveExperiment', () => {
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
