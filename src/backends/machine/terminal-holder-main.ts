import { chmodSync, closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { spawn } from 'node-pty';
import { bundledFile } from './bundled-file.ts';
import { type TerminalMessage, TerminalMessageSplitter, terminalSocket } from './terminal-protocol.ts';

/** What somebody who attaches is shown of what was there before. */
const maxReplayBytes = 64 * 1024;

/**
 * Holds the terminal of one process for as long as it runs: everything goes into its log, and whoever attaches sees it
 * and types. It is on its own, so that neither a supervisor nor a viewer is any part of the process's life.
 */
const [launchFile = '', runPath = '', logPath = ''] = process.argv.slice(2);
process.title = 'symphony-terminal';
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

const log = openSync(logPath, 'a', 0o600);
const viewers = new Set<Socket>();
/** Viewers that have missed output, because they did not read what they were sent before. */
const behind = new Set<Socket>();
let replay = Buffer.alloc(0);

/** So much may wait for a viewer that does not read. What it has missed is then replaced by what is remembered. */
const maxUnsentBytes = 1024 * 1024;

/** So long viewers have for the last output of a process that has ended. */
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
      // What a viewer sends wrongly ends the viewer, not the process.
      viewer.destroy();
    }
  });
  viewer.on('error', () => viewer.destroy());
  viewer.on('close', () => {
    viewers.delete(viewer);
    behind.delete(viewer);
  });
});
// A process that cannot be attached to runs all the same.
server.on('error', () => undefined);
// Before the process starts: it may be attached to as soon as it runs.
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
  // Its types say a string; it hands on what it is given, and keys need not be UTF-8.
  if (message.kind === 'input') terminal.write(message.data as unknown as string);
  else terminal.resize(Math.max(message.columns, 1), Math.max(message.rows, 1));
}

/** A full disk takes the log's lines, not the process. */
function writeAll(bytes: Buffer): void {
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(log, bytes, done);
  } catch {
    // Nothing can be said of it where it would be read.
  }
}
