import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { readProcessTable } from '../../kit/host/process-table.ts';

const reviveMilliseconds = 2_000;
const pauseMilliseconds = 10;

/** Whether a server listens on the socket of that name, determined without running tmux. */
export function isListening(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const client = connect(`${socketFolder()}/${socket}`);
    const answer = (listens: boolean) => {
      client.destroy();
      resolve(listens);
    };
    client.once('connect', () => answer(true));
    client.once('error', () => answer(false));
  });
}

/**
 * Whether a server can be reached on the socket of that name. If the socket was removed, as cleaners of /tmp do, the
 * server is signalled to recreate it; otherwise tmux would start a second server, and nothing would ever end the first.
 * @see tmux(1), SIGUSR1
 */
export async function reachServer(socket: string): Promise<boolean> {
  if (await isListening(socket)) return true;
  const servers = await findServers(socket);
  if (servers.length === 0) return false;
  mkdirSync(socketFolder(), { recursive: true, mode: 0o700 });
  for (const pid of servers) signal(pid);
  for (let waited = 0; waited < reviveMilliseconds; waited += pauseMilliseconds) {
    if (await isListening(socket)) return true;
    await delay(pauseMilliseconds);
  }
  return false;
}

/** Pids of this user's servers for that socket. A server keeps the arguments of the command that started it. */
async function findServers(socket: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const candidates = [...(await readProcessTable()).values()].filter(({ command }) => command === 'tmux: server');
  return candidates.map(({ pid }) => pid).filter((pid) => isOwn(pid) && isServerOf(pid, socket));
}

function isServerOf(pid: number, socket: string): boolean {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return args[args.indexOf('-L') + 1] === socket;
  } catch {
    return false;
  }
}

function isOwn(pid: number): boolean {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === process.getuid?.();
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGUSR1');
  } catch {
    // It has just ended.
  }
}

function socketFolder(): string {
  return `/tmp/tmux-${process.getuid?.() ?? 0}`;
}
