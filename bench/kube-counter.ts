import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A program's network activity since its start. */
export interface Counts {
  readonly requests: number;
  /** Bytes received over its connections, encryption included. */
  readonly received: number;
}

/** A module that Node loads before the program: it writes the counts to a file on a signal. */
const counter = (folder: string) => `import { writeFileSync, renameSync } from 'node:fs';
import { subscribe } from 'node:diagnostics_channel';
const sockets = new Set();
let requests = 0;
subscribe('http.client.request.start', () => { requests += 1; });
subscribe('net.client.socket', ({ socket }) => { sockets.add(socket); });
process.on('SIGUSR2', () => {
  const received = [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  const file = ${JSON.stringify(folder)} + '/counts-' + process.pid;
  writeFileSync(file + '.new', JSON.stringify({ requests, received }));
  renameSync(file + '.new', file);
});
`;

/** Arguments of Node that make a program count. */
export async function counting(folder: string): Promise<readonly string[]> {
  const file = join(folder, 'counter.mjs');
  await writeFile(file, counter(folder));
  return ['--import', file];
}

export async function counts(folder: string, pid: number): Promise<Counts> {
  const file = join(folder, `counts-${pid}`);
  await rm(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (let tries = 0; tries < 500; tries += 1) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return JSON.parse(text);
    await delay(10);
  }
  throw new Error(`process ${pid} did not count`);
}
