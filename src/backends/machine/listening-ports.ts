import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { readTableEntry } from './process-table.ts';

/** One socket that listens. */
export interface Listener {
  /** Identifies it: its inode, or `pid:PID` where that is not known. */
  readonly socket: string;
  /** The user who opened it, where that is known. */
  readonly uid?: number;
}

/** TCP ports on which a program of this machine listens, whatever the address, with the sockets that do. */
export async function listeningPorts(): Promise<ReadonlyMap<number, readonly Listener[]>> {
  if (process.platform !== 'linux') return listeningPortsFromLsof();
  const ports = new Map<number, Listener[]>();
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
      if (port > 0) append(ports, port, { socket: fields[9] ?? '', uid: Number(fields[7]) });
    }
  }
  return ports;
}

async function listeningPortsFromLsof(): Promise<ReadonlyMap<number, readonly Listener[]>> {
  const ports = new Map<number, Listener[]>();
  const { stdout } = await promisify(execFile)('lsof', ['-nP', '-iTCP', '-sTCP:LISTEN', '-Fpn']).catch(() => ({
    stdout: '',
  }));
  let pid = '';
  for (const line of stdout.split('\n')) {
    if (line.startsWith('p')) pid = line.slice(1);
    else if (line.startsWith('n'))
      append(ports, Number(line.slice(line.lastIndexOf(':') + 1)), { socket: `pid:${pid}` });
  }
  return ports;
}

function append(ports: Map<number, Listener[]>, port: number, listener: Listener): void {
  const listeners = ports.get(port);
  if (listeners === undefined) ports.set(port, [listener]);
  else listeners.push(listener);
}

/** The program that listens with this socket, in words: `node (pid 4711)`; undefined if this user may not see that. */
export function socketHolder(socket: string): string | undefined {
  const pid = findSocketHolder(socket);
  if (pid === undefined) return undefined;
  const command = readTableEntry(pid)?.command;
  return command === undefined ? `pid ${pid}` : `${command} (pid ${pid})`;
}

/** The pid of a process that has this socket open; undefined if none can be seen. */
export function findSocketHolder(socket: string): number | undefined {
  if (socket.startsWith('pid:')) return Number(socket.slice(4));
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).find((pid) => holdsSocket(pid, socket));
}

/** Whether a process has this socket open; undefined if this user may not see that, or the process is gone. */
export function holdsSocket(pid: number, socket: string): boolean | undefined {
  if (socket.startsWith('pid:')) return socket === `pid:${pid}`;
  const wanted = `socket:[${socket}]`;
  try {
    return readdirSync(`/proc/${pid}/fd`).some((descriptor) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${descriptor}`) === wanted;
      } catch {
        return false;
      }
    });
  } catch {
    return undefined;
  }
}

/** Whether this port can be listened on right now: what the tables do not show, as a socket bound and not yet listening. */
export function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '0.0.0.0', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
