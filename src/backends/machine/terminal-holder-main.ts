import { chmodSync, closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { spawn } from 'node-pty';
import { ownFile } from './own-files.ts';
import { TerminalMessageSplitter, terminalSocket } from './terminal-protocol.ts';

/** What somebody who attaches is shown of what was there before. */
const mostRemembered = 64 * 1024;

/**
 * Holds the terminal of one process for as long as it runs: everything goes into its log, and whoever attaches sees it
 * and types. It is on its own, so that neither a supervisor nor a viewer is any part of the process's life.
 */
const [launchFile = '', runPath = '', logPath = ''] = process.argv.slice(2);
process.title = 'symphony-terminal';
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

const log = openSync(logPath, 'a', 0o600);
const viewers = new Set<Socket>();
let remembered = Buffer.alloc(0);

const terminal = spawn('/bin/sh', [ownFile('keeper.sh'), 'terminal', launchFile, runPath, logPath], {
  name: 'xterm-256color',
  cols: 80,
  rows: 24,
  cwd: '/',
  env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
  encoding: null,
});

terminal.onData((data) => {
  const bytes = Buffer.from(data);
  writeAll(bytes);
  remembered = Buffer.concat([remembered, bytes]).subarray(-mostRemembered);
  for (const viewer of viewers) viewer.write(bytes);
});

const socket = terminalSocket(runPath);
rmSync(socket, { force: true });
const server = createServer((viewer) => {
  viewers.add(viewer);
  viewer.write(remembered);
  const splitter = new TerminalMessageSplitter();
  viewer.on('data', (bytes: Buffer) => {
    for (const message of splitter.push(bytes)) {
      // Its types say a string; it hands on what it is given, and keys need not be UTF-8.
      if (message.kind === 'input') terminal.write(message.data as unknown as string);
      else terminal.resize(Math.max(message.columns, 1), Math.max(message.rows, 1));
    }
  });
  viewer.on('error', () => viewer.destroy());
  viewer.on('close', () => viewers.delete(viewer));
});
server.listen(socket, () => chmodSync(socket, 0o600));

terminal.onExit(() => {
  server.close();
  rmSync(socket, { force: true });
  for (const viewer of viewers) viewer.end();
  closeSync(log);
  process.exit(0);
});

/** A full disk takes the log's lines, not the process. */
function writeAll(bytes: Buffer): void {
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(log, bytes, done);
  } catch {
    // Nothing can be said of it where it would be read.
  }
}
