import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { readTableEntry } from '../host/process-table.ts';

/** A listening socket. */
export interface Listener {
  /** Identifies the socket: its inode, or `pid:PID` where the inode is unknown. */
  readonly socket: string;
  /** The user who opened the socket; absent where unknown. */
  readonly uid?: number;
}

/** TCP ports of this machine with at least one listening socket, on any address, mapped to those sockets. */
export async function listeningPorts(): Promise<ReadonlyMap<number, readonly Listener[]>> {
  if (process.platform !== 'linux') return listeningPortsFromLsof();
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  });
  return listeningIn(tables.join('\n'));
}

/** The listening sockets by port, from the text of `/proc/net/tcp` or several such texts after each other. */
export function listeningIn(tables: string): ReadonlyMap<number, readonly Listener[]> {
  const ports = new Map<number, Listener[]>();
  for (const line of tables.split('\n')) {
    const fields = line.trim().split(/\s+/);
    // State 0A is LISTEN.
    if (fields[3] !== '0A') continue;
    const port = Number.parseInt(fields[1]?.split(':')[1] ?? '', 16);
    if (port > 0) append(ports, port, { socket: fields[9] ?? '', uid: Number(fields[7]) });
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

/** Describes the program that holds this socket: `node (pid 4711)`; undefined if this user may not see it. */
export function socketHolder(socket: string): string | undefined {
  const pid = findSocketHolder(socket);
  if (pid === undefined) return undefined;
  const command = readTableEntry(pid)?.command;
  return command === undefined ? `pid ${pid}` : `${command} (pid ${pid})`;
}

/** The pid of a process that has this socket open; undefined if no such process is visible. */
export function findSocketHolder(socket: string): number | undefined {
  if (socket.startsWith('pid:')) return Number(socket.slice(4));
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).find((pid) => holdsSocket(pid, socket));
}

/** Whether a process has this socket open; undefined if this user may not see that, or the process has ended. */
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

/**
 * Whether this port can be bound right now. Detects what the socket tables do not show, such as a socket that is bound
 * and not yet listening.
 */
export function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '0.0.0.0', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
