import { hostname, userInfo } from 'node:os';

/**
 * In an ssh session: what to run on the other machine, to reach from there what listens here. Undefined in no session.
 */
export function tunnelCommand(
  way: { readonly host: string; readonly port: number },
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (!env.SSH_CONNECTION && !env.SSH_TTY) return undefined;
  // SSH_CONNECTION: the client's address and port, then the server's.
  const server = env.SSH_CONNECTION?.split(' ')[2] || hostname();
  const port = env.SSH_CONNECTION?.split(' ')[3] ?? '22';
  const there = way.host === '' || way.host === '0.0.0.0' ? '127.0.0.1' : way.host;
  const withPort = port === '22' ? '' : `-p ${port} `;
  return `ssh -N ${withPort}-L ${way.port}:${there}:${way.port} ${userInfo().username}@${server}`;
}
