/** `host:port`, with the brackets that an IPv6 address needs. */
export function formatAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The address of a web page at a host and a port: `http://[::1]:6006/`. */
export function formatUrl(host: string, port: number): string {
  return `http://${formatAddress(host, port)}/`;
}

/** The address of a service as people need it: its URL if it is exposed, else host and port. */
export function formatServiceAddress(service: {
  readonly host: string;
  readonly port: number;
  readonly url?: string;
}): string {
  return service.url ?? formatAddress(service.host, service.port);
}
