import { BlockList, isIP } from 'node:net';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy of the environment for a server, by kubectl's rules: `HTTPS_PROXY` or `HTTP_PROXY` by the server's scheme,
 * the upper-case name first; never for this machine or for entries of `NO_PROXY`.
 */
export function proxyFromEnvironment(server: URL, env: Environment): string | undefined {
  const name = server.protocol === 'http:' ? 'HTTP_PROXY' : 'HTTPS_PROXY';
  const proxy = env[name] || env[name.toLowerCase()];
  if (!proxy || isExempt(server, env.NO_PROXY || env.no_proxy || '')) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function isExempt(server: URL, list: string): boolean {
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = server.port || (server.protocol === 'http:' ? '80' : '443');
  if (host === 'localhost' || (isIP(host) !== 0 && contains(loopback, host))) return true;
  return list
    .split(',')
    .map((pattern) => pattern.trim().toLowerCase())
    .some((pattern) => pattern !== '' && matches(pattern, host, port));
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/** Matches a `NO_PROXY` entry: `*`, an address, an address range, or a domain; all except ranges may have a port. */
function matches(pattern: string, host: string, port: string): boolean {
  if (pattern === '*') return true;
  const range = /^([^/]+)\/(\d+)$/.exec(pattern);
  if (range !== null) return isInRange(host, range[1] ?? '', Number(range[2]));
  const [, bracketed, plain, wantedPort] = /^(?:\[([^\]]+)\]|(.*?))(?::(\d+))?$/.exec(
    isIP(pattern) === 6 ? `[${pattern}]` : pattern,
  ) as unknown as [string, string?, string?, string?];
  if (wantedPort !== undefined && wantedPort !== port) return false;
  const name = (bracketed ?? plain ?? '').replace(/^\*\./, '.');
  if (isIP(name) !== 0) return isInRange(host, name, isIP(name) === 4 ? 32 : 128);
  // `.example.com` matches subdomains only, `example.com` matches itself as well.
  return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
}

function isInRange(host: string, base: string, bits: number): boolean {
  const family = isIP(base);
  if (isIP(host) === 0 || family === 0 || bits > (family === 4 ? 32 : 128)) return false;
  const range = new BlockList();
  range.addSubnet(base, bits, family === 4 ? 'ipv4' : 'ipv6');
  return contains(range, host);
}

function contains(list: BlockList, host: string): boolean {
  return list.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
}
