import { hostname } from 'node:os';
import { basename } from 'node:path';

/**
 * What makes a request, for the events of an experiment: `symphony stop (pid 4711)`.
 * @param origin as the program calls itself; by default the name of its file
 * @param options `host`: whether the machine is named too, where requests may come from several
 */
export function requester(origin: string | undefined, { host = false }: { readonly host?: boolean } = {}): string {
  const where = host ? ` on ${hostname()}` : '';
  return `${origin ?? basename(process.argv[1] ?? process.title)}${where} (pid ${process.pid})`;
}
