import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import {
  type AssignedService,
  choosePorts,
  serviceEnvironment,
} from '../../../../src/engine/spec/resolve/networking.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';
import type { ResolvedService } from '../../../../src/engine/spec/resolve/resolved-experiment.ts';
import { thrownBy } from '../../support/thrown.ts';

function service(name: string, wantedPort: number | null = null): ResolvedService {
  return {
    name,
    declaredName: name,
    kind: 'bind',
    owner: { group: null, name: 'p' },
    wantedPort,
    path: `processes.p.bind.${name}`,
  };
}

function assigned(input: object): AssignedService[] {
  const { services } = resolveExperiment(parseSpec({ name: 'x', ...input }, { baseDir: '/' }));
  return services.map((one, index) => ({
    ...one,
    port: 7000 + index,
    host: `${one.name}.others`,
    listenHost: '0.0.0.0',
  }));
}

describe('serviceEnvironment', () => {
  const services = assigned({
    processes: { server: { command: 'x', bind: 'replay-server' }, agent: { command: 'x', connect: 'replay-server' } },
  });

  it('gives the others the address to connect to, and the owner the address to listen on', () => {
    expect(serviceEnvironment(services, { group: null, name: 'agent' })).toEqual({
      SYMPH_REPLAY_SERVER_HOST: 'replay-server.others',
      SYMPH_REPLAY_SERVER_PORT: '7000',
      SYMPH_REPLAY_SERVER_ADDR: 'replay-server.others:7000',
    });
    expect(serviceEnvironment(services, { group: null, name: 'server' })).toEqual({
      SYMPH_REPLAY_SERVER_HOST: '0.0.0.0',
      SYMPH_REPLAY_SERVER_PORT: '7000',
      SYMPH_REPLAY_SERVER_ADDR: 'replay-server.others:7000',
    });
    // A process of the same name inside a group is a different process.
    expect(serviceEnvironment(services, { group: 'g', name: 'server' }).SYMPH_REPLAY_SERVER_HOST).toBe(
      'replay-server.others',
    );
  });

  it('gives a replica its own service without the number, too', () => {
    const replicated = assigned({
      processes: { replay: { command: 'x', replicas: 2, bind: 'replay' }, agent: { command: 'x' } },
    });
    const second = serviceEnvironment(replicated, { group: null, name: 'replay-1' });
    expect(second).toMatchObject({
      SYMPH_REPLAY_HOST: '0.0.0.0',
      SYMPH_REPLAY_PORT: '7001',
      SYMPH_REPLAY_ADDR: 'replay-1.others:7001',
      SYMPH_REPLAY_0_HOST: 'replay-0.others',
      SYMPH_REPLAY_1_HOST: '0.0.0.0',
    });
    expect(serviceEnvironment(replicated, { group: null, name: 'agent' })).not.toHaveProperty('SYMPH_REPLAY_PORT');
  });

  it('gives the other processes of a group replica the service of that replica', () => {
    const grouped = assigned({
      groups: {
        g: {
          replicas: 2,
          processes: {
            s: { command: 'x', bind: 's' },
            c: { command: 'x', connect: 's' },
            m: { command: 'x', replicas: 2, bind: 'm' },
          },
        },
      },
    });
    const inSecond = serviceEnvironment(grouped, { group: 'g-1', name: 'c' });
    expect(inSecond.SYMPH_S_ADDR).toBe('s-1.others:7003');
    expect(inSecond.SYMPH_S_0_ADDR).toBe('s-0.others:7000');
    // The unnumbered name would be ambiguous between two replicas.
    expect(inSecond).not.toHaveProperty('SYMPH_M_ADDR');
    expect(serviceEnvironment(grouped, { group: 'g-1', name: 'm-0' }).SYMPH_M_ADDR).toBe('m-1-0.others:7004');
  });
});

describe('choosePorts', () => {
  it('assigns wanted ports, and the lowest free ones to the others', () => {
    const services = [service('a'), service('b', 7001), service('c'), service('d', 80)];
    const ports = choosePorts(services, [7000, 7010], (port) => port === 7002);
    expect(Object.fromEntries(ports)).toEqual({ a: 7000, b: 7001, c: 7003, d: 80 });
  });

  it('says why no port can be assigned', async () => {
    const taken = await thrownBy(() => choosePorts([service('a', 80)], [7000, 7001], () => true));
    expect(taken).toMatchObject({ code: 'conflict', message: 'processes.p.bind.a: port 80 is taken.' });
    const twice = await thrownBy(() => choosePorts([service('a', 80), service('b', 80)], [7000, 7001], () => false));
    expect(twice.message).toBe('processes.p.bind.b: port 80 is taken by a.');
    const full = await thrownBy(() =>
      choosePorts([service('a'), service('b'), service('c')], [7000, 7001], () => false),
    );
    expect(full.message).toBe('processes.p.bind.c: no port from 7000 to 7001 is free.');
  });

  it('is deterministic, respects wanted ports, and never assigns a port twice or one that is taken', () => {
    const wishes = fc.array(fc.option(fc.integer({ min: 7000, max: 7020 })), { maxLength: 20 });
    fc.assert(
      fc.property(wishes, fc.uniqueArray(fc.integer({ min: 7000, max: 7040 })), (wanted, taken) => {
        const ports = wanted.filter((port) => port !== null);
        fc.pre(new Set(ports).size === ports.length && !ports.some((port) => taken.includes(port)));
        const services = wanted.map((port, index) => service(`s${index}`, port));
        const isTaken = (port: number) => taken.includes(port);
        let chosen: Map<string, number>;
        try {
          chosen = choosePorts(services, [7000, 7040], isTaken);
        } catch {
          const free = 41 - taken.filter((port) => port <= 7040).length;
          expect(services.length).toBeGreaterThan(free);
          return;
        }
        expect(new Set(chosen.values()).size).toBe(services.length);
        for (const { name, wantedPort } of services) {
          const port = chosen.get(name) ?? 0;
          if (wantedPort !== null) expect(port).toBe(wantedPort);
          expect(isTaken(port)).toBe(false);
          expect(port >= 7000 && port <= 7040).toBe(true);
        }
        expect(choosePorts(services, [7000, 7040], isTaken)).toEqual(chosen);
      }),
    );
  });
});
