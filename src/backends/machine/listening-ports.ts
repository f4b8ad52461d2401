import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { readTableEntry } from './process-table.ts';

/** TCP ports that somebody on this machine listens on, whatever the address, with what identifies the socket. */
export async function listeningPorts(): Promise<ReadonlyMap<number, string>> {
  if (process.platform !== 'linux') return listeningPortsFromLsof();
  const ports = new Map<number, string>();
  for (const path of ['/proc/net/tcp', '/proc/net/tcp6']) {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      continue;
    }
    for (const line of text.split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      // State 0A is LISTEN.
      if (fields[3] !== '0A') continue;
      const port = Number.parseInt(fields[1]?.split(':')[1] ?? '', 16);
      if (port > 0) ports.set(port, fields[9] ?? '');
    }
  }
  return ports;
}

async function listeningPortsFromLsof(): Promise<ReadonlyMap<number, string>> {
  const ports = new Map<number, string>();
  const { stdout } = await promisify(execFile)('lsof', ['-nP', '-iTCP', '-sTCP:LISTEN', '-Fpn']).catch(() => ({
    stdout: '',
  }));
  let pid = '';
  for (const line of stdout.split('\n')) {
    if (line.startsWith('p')) pid = line.slice(1);
    else if (line.startsWith('n')) ports.set(Number(line.slice(line.lastIndexOf(':') + 1)), `pid:${pid}`);
  }
  return ports;
}

/** Who listens with this socket, in words: `node (pid 4711)`; undefined if that is not for us to see. */
export function socketHolder(socket: string): string | undefined {
  if (socket.startsWith('pid:')) return `pid ${socket.slice(4)}`;
  const wanted = `socket:[${socket}]`;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const holds = readdirSync(`/proc/${name}/fd`).some((descriptor) => {
        try {
          return readlinkSync(`/proc/${name}/fd/${descriptor}`) === wanted;
        } catch {
          return false;
        }
      });
      if (holds) return `${readTableEntry(Number(name))?.command ?? 'a process'} (pid ${name})`;
    } catch {
      // Another user's, or gone.
    }
  }
  return undefined;
}

/** Whether this port can be listened on right now: what the tables do not show, as a socket bound and not yet listening. */
export function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '0.0.0.0', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
