import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignServices } from '../../../../src/backends/supervision/supervisor/assign-services.ts';
import { choosePorts } from '../../../../src/engine/spec/resolve/networking.ts';
import type { ResolvedService, ServiceKind } from '../../../../src/engine/spec/resolve/resolved-experiment.ts';

const range = [7000, 7999] as const;

function service(name: string, kind: ServiceKind, wantedPort: number | null): ResolvedService {
  return { name, declaredName: name, kind, owner: { group: null, name: 'main' }, wantedPort, path: `bind.${name}` };
}

/** As on an engine: what is exposed takes a port of this machine. */
function hostsOf({ name, kind }: ResolvedService) {
  return { host: name, listenHost: '0.0.0.0', ...(kind === 'bind' ? { hasOwnNetwork: true as const } : {}) };
}

/** This machine, on which these ports are in use. */
function machine(inUse: ReadonlySet<number>) {
  return async (services: readonly ResolvedService[], reserved: ReadonlySet<number>) =>
    choosePorts(services, range, (port) => inUse.has(port) || reserved.has(port));
}

const portsOf = async (services: readonly ResolvedService[], inUse: readonly number[] = []) => {
  const assigned = await assignServices({ services, range, hostsOf }, machine(new Set(inUse)));
  return Object.fromEntries(assigned.map(({ name, port }) => [name, port]));
};

describe('assignServices', () => {
  it('does not look at this machine for a service with a network of its own', async () => {
    expect(await portsOf([service('db', 'bind', 5432), service('free', 'bind', null)], [5432, 7000])).toEqual({
      db: 5432,
      free: 7000,
    });
    await expect(portsOf([service('page', 'expose', 5432)], [5432])).rejects.toMatchObject({ code: 'conflict' });
  });

  it('gives no two services of an experiment the same port, unless they want it', async () => {
    const services = fc.uniqueArray(
      fc.record({
        name: fc.stringMatching(/^[a-z]{1,3}$/),
        kind: fc.constantFrom<ServiceKind>('bind', 'expose'),
        wantedPort: fc.constantFrom(null, 7000, 7001, 7002),
      }),
      { selector: ({ name }) => name, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(services, async (wanted) => {
        const fixed = wanted.flatMap(({ wantedPort }) => wantedPort ?? []);
        fc.pre(new Set(fixed).size === fixed.length);
        const ports = await portsOf(wanted.map(({ name, kind, wantedPort }) => service(name, kind, wantedPort)));
        expect(new Set(Object.values(ports)).size).toBe(wanted.length);
        for (const { name, wantedPort } of wanted) if (wantedPort !== null) expect(ports[name]).toBe(wantedPort);
      }),
    );
  });

  it('keeps the ports of services that stay', async () => {
    const services = [service('a', 'bind', null), service('b', 'expose', null), service('c', 'bind', null)];
    const known = new Map([['a', 7001]]);
    const assigned = await assignServices({ services, range, hostsOf, known }, machine(new Set()));
    expect(assigned.map(({ port }) => port)).toEqual([7001, 7000, 7002]);
  });
});
