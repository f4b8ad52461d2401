import { type DraftMap, filled, type Place } from '../draft.ts';
import { Fields } from '../fields.ts';
import { showValue, toWhole, type Value } from '../value.ts';

/** Gives each port of the experiment to one service: on one machine there is only one of each. */
export class Ports {
  readonly #owners = new Map<number, string>();

  /** The port, or null for a free one if another service has it, or several replicas want it. */
  claim(port: number, service: string, replicas: number, place: Place): number | null {
    const owner = this.#owners.get(port);
    if (owner === undefined && replicas === 1) {
      this.#owners.set(port, service);
      return port;
    }
    const variable = `SYMPH_${service.toUpperCase().replaceAll('-', '_')}_PORT`;
    const why = replicas > 1 ? 'each replica has a port of its own' : `${owner} has port ${port}`;
    place.tell(`${service} has a free port, because ${why}: make the program listen on $${variable}.`);
    return null;
  }
}

/**
 * `bind` and `expose` of a service: what it publishes is exposed; what it opens to others, or what others depend on, is bound.
 * @param name of the process, which is also the name of its first service, because others find it by that
 */
export function servicesOf(
  fields: Fields,
  { name, replicas, isAwaited, ports }: { name: string; replicas: number; isAwaited: boolean; ports: Ports },
): { readonly services: DraftMap; readonly hasFreePort: boolean } {
  const { place } = fields;
  const published = fields.list('ports').flatMap((value) => publishedPort(value, place));
  const opened = fields.texts('expose').flatMap((text) => {
    const port = toPort(text.replace(/\/tcp$/, ''));
    if (port === undefined) place.lose(`expose: ${showValue(text)}`, 'Only single TCP ports are carried over.');
    return port === undefined ? [] : [port];
  });
  const all = [...new Set([...published, ...opened])];
  const named = new Map(all.map((port, index) => [port, index === 0 ? name : `${name}-${port}`]));
  const wanted = new Map(all.map((port) => [port, ports.claim(port, named.get(port) ?? name, replicas, place)]));
  const pick = (chosen: readonly number[]) =>
    Object.fromEntries([...new Set(chosen)].map((port) => [named.get(port) ?? name, wanted.get(port) ?? null]));
  const bound = isAwaited ? all.slice(0, 1) : [];
  return {
    services: filled({ bind: pick([...opened, ...bound]), expose: pick(published) }),
    hasFreePort: [...wanted.values()].includes(null),
  };
}

/** The port of the container in one entry of `ports`. */
function publishedPort(value: Value, place: Place): readonly number[] {
  const shown = `ports: ${showValue(value)}`;
  if (typeof value === 'string') {
    const [, address = '', container = '', protocol = 'tcp'] = /^(.*?:)?([^:/]+)(?:\/(\w+))?$/.exec(value) ?? [];
    return check(container, protocol, address.replace(/:$/, '').split(':').at(-1));
  }
  const fields = new Fields(value, place, 'ports.');
  const [target = '', published, protocol = 'tcp'] = [
    fields.text('target'),
    fields.text('published'),
    fields.text('protocol'),
  ];
  fields.text('name');
  fields.lose('host_ip', 'The setting dockerPublish names the address on which ports are published.');
  fields.finish();
  return check(target, protocol, published);

  function check(container: string, protocol: string, host: string | undefined): readonly number[] {
    const port = toPort(container);
    if (port === undefined || protocol !== 'tcp') {
      place.lose(shown, protocol === 'tcp' ? 'It is no single port.' : 'Services are TCP.');
      return [];
    }
    if (host && host !== container) place.tell(`${shown}: it is published as ${port}, the port it listens on.`);
    return [port];
  }
}

function toPort(text: string): number | undefined {
  const port = toWhole(text);
  return port !== undefined && port >= 1 && port <= 65_535 ? port : undefined;
}
