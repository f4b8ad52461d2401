import { hostname, userInfo } from 'node:os';
import { formatAddress } from '../../engine/text/format-address.ts';

/**
 * In an ssh session: the command to run on the user's own machine to reach a port of this one. Undefined outside of one.
 */
export function tunnelCommand(
  address: { readonly host: string; readonly port: number },
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (!env.SSH_CONNECTION && !env.SSH_TTY) return undefined;
  // SSH_CONNECTION: the client's address and port, then the server's.
  const server = env.SSH_CONNECTION?.split(' ')[2] || hostname();
  const port = env.SSH_CONNECTION?.split(' ')[3] ?? '22';
  const there = address.host === '' || address.host === '0.0.0.0' ? '127.0.0.1' : address.host;
  const withPort = port === '22' ? '' : `-p ${port} `;
  return `ssh -N ${withPort}-L ${address.port}:${formatAddress(there, address.port)} ${userInfo().username}@${server}`;
}
