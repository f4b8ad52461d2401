import { chmodSync, closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { spawn } from 'node-pty';
import { bundledFile } from '../backends/kit/programs/bundled-file.ts';
import {
  type TerminalMessage,
  TerminalMessageSplitter,
  terminalSocket,
} from '../backends/kit/terminal/terminal-protocol.ts';

/** Bytes of earlier output that are sent to a new viewer. */
const maxReplayBytes = 64 * 1024;

/**
 * Holds the terminal of one process for as long as it runs: writes all output to the log, and connects viewers to the
 * terminal. It is a program of its own, so that the process depends on neither the supervisor nor a viewer.
 */
const [launchFile = '', runPath = '', logPath = ''] = process.argv.slice(2);
process.title = 'symphony-terminal';
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

const log = openSync(logPath, 'a', 0o600);
const viewers = new Set<Socket>();
/** Viewers that missed output because they read too slowly. */
const behind = new Set<Socket>();
let replay = Buffer.alloc(0);

/** Bytes buffered for a viewer that does not read. Beyond that, missed output is replaced by the replay buffer. */
const maxUnsentBytes = 1024 * 1024;

/** Time that viewers have to receive the last output of a process that has ended. */
const lastOutputMilliseconds = 2_000;

const socket = terminalSocket(runPath);
rmSync(socket, { force: true });
const server = createServer((viewer) => {
  viewers.add(viewer);
  viewer.write(replay);
  viewer.on('drain', () => {
    if (behind.delete(viewer)) viewer.write(replay);
  });
  const splitter = new TerminalMessageSplitter();
  viewer.on('data', (bytes: Buffer) => {
    try {
      for (const message of splitter.push(bytes)) receive(message);
    } catch {
      // Invalid input disconnects the viewer and does not affect the process.
      viewer.destroy();
    }
  });
  viewer.on('error', () => viewer.destroy());
  viewer.on('close', () => {
    viewers.delete(viewer);
    behind.delete(viewer);
  });
});
// The process must run even if nothing can attach to it.
server.on('error', () => undefined);
// The socket listens before the process starts, so that a viewer can attach as soon as it runs.
server.listen(socket, () => chmodSync(socket, 0o600));

const terminal = spawn('/bin/sh', [bundledFile('keeper.sh'), 'terminal', launchFile, runPath, logPath], {
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
  replay = Buffer.concat([replay, bytes]).subarray(-maxReplayBytes);
  for (const viewer of viewers) show(viewer, bytes);
});

terminal.onExit(() => {
  server.close();
  rmSync(socket, { force: true });
  closeSync(log);
  const exit = () => process.exit(0);
  for (const viewer of viewers) {
    if (behind.has(viewer)) viewer.write(replay);
    viewer.end();
    viewer.on('close', () => {
      if (viewers.size === 0) exit();
    });
  }
  if (viewers.size === 0) exit();
  setTimeout(exit, lastOutputMilliseconds);
});

function show(viewer: Socket, bytes: Buffer): void {
  if (behind.has(viewer)) return;
  if (viewer.writableLength > maxUnsentBytes) behind.add(viewer);
  else viewer.write(bytes);
}

function receive(message: TerminalMessage): void {
  // node-pty declares a string but passes the value on unchanged, and keys need not be valid UTF-8.
  if (message.kind === 'input') terminal.write(message.data as unknown as string);
  else terminal.resize(Math.max(message.columns, 1), Math.max(message.rows, 1));
}

/** A full disk loses lines of the log and must not end the process. */
function writeAll(bytes: Buffer): void {
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(log, bytes, done);
  } catch {
    // The log is the only place to report this, and it cannot be written.
  }
}
