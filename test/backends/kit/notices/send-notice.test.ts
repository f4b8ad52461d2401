import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, describe, expect } from 'vitest';
import { sendNotice } from '../../../../src/backends/kit/notices/send-notice.ts';
import { sendToCommand } from '../../../../src/backends/kit/notices/send-to-command.ts';
import { sendToWebhook } from '../../../../src/backends/kit/notices/send-to-webhook.ts';
import type { Notice } from '../../../../src/engine/contract/notices.ts';
import { isAlive } from '../../../support/host-processes.ts';
import { waitFor } from '../../../support/wait-for.ts';

const notice: Notice = {
  id: '0123456789abcdef',
  kind: 'failed',
  time: '2026-01-01T00:00:00.000Z',
  experiment: 'rl',
  backend: 'local',
  host: 'here',
  state: 'degraded',
  text: 'rl: learner failed (exit code 3)',
  processes: [{ group: null, name: 'learner', state: 'failed', exitCode: 3 }],
};

const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed
  .extend('folder', async ({}, { onCleanup }) => {
    const folder = await mkdtemp(join(tmpdir(), 'symphony-notices-'));
    onCleanup(() => rm(folder, { recursive: true, force: true }));
    return folder;
  })
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed
  .extend('serve', async ({}, { onCleanup }) => {
    const servers: Server[] = [];
    onCleanup(() => {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    });
    return async (listener: RequestListener) => {
      const server = createServer(listener);
      servers.push(server);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/secret-token`;
    };
  });

const environment = { PATH: process.env.PATH ?? '' };
const never = new AbortController().signal;

describe('a notice for a command', () => {
  test('arrives as JSON on stdin, with the environment and the folder of the launch', async ({ folder }) => {
    const options = { environment: { ...environment, COLOUR: 'blue' }, folder, input: 'text', signal: never };
    expect(await sendToCommand('cat > got; echo "$COLOUR" >> got', options)).toBeUndefined();
    expect(readFileSync(join(folder, 'got'), 'utf8')).toBe('textblue\n');
    expect(await sendToCommand(['sh', '-c', 'cat > "$1"', 'sh', 'a b; c'], options)).toBeUndefined();
    expect(readFileSync(join(folder, 'a b; c'), 'utf8')).toBe('text');
  });

  test('that fails is said with its last line', async ({ folder }) => {
    const options = { environment, folder, signal: never };
    expect(await sendToCommand('echo one >&2; echo two >&2; exit 3', options)).toBe('exit code 3: two');
    expect(await sendToCommand('kill -9 $$', options)).toBe('ended by SIGKILL');
    expect(await sendToCommand(['no-such-program'], options)).toMatch(/cannot be run.*ENOENT/);
    expect(await sendToCommand('exit 0', { ...options, folder: join(folder, 'gone') })).toMatch(/cannot be run/);
    expect(await sendToCommand('exit 0', { ...options, input: 'x'.repeat(1_000_000) })).toBeUndefined();
    expect(await sendToCommand('yes', options)).toMatch(/wrote more/);
  });

  test('that takes too long is killed with what it started', async ({ folder }) => {
    const pids = join(folder, 'pids');
    const command = `sleep 600 & echo $! > ${pids}; echo $$ >> ${pids}; wait`;
    const options = { environment, folder, signal: never, seconds: 1 };
    expect(await sendToCommand(command, options)).toBe('it took longer than 1 s and was killed');
    const started = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
    expect(started).toHaveLength(2);
    await waitFor(() => !started.some(isAlive), { what: 'the command and its child to be gone' });
  });

  test('is interrupted by an abort', async ({ folder }) => {
    const abort = new AbortController();
    const sent = sendToCommand('touch begun; sleep 600', { environment, folder, signal: abort.signal });
    await waitFor(() => existsSync(join(folder, 'begun')));
    abort.abort();
    expect(await sent).toBe('it was interrupted');
  });
});

describe('a notice for a webhook', () => {
  test('is posted as JSON, with an id that tells a repetition', async ({ serve }) => {
    const got: { method?: string | undefined; headers: unknown; body: string }[] = [];
    const address = await serve((request, response) => {
      let body = '';
      request.on('data', (data) => (body += String(data)));
      request.on('end', () => {
        got.push({ method: request.method, headers: request.headers, body });
        response.writeHead(204).end();
      });
    });
    expect(await sendToWebhook(address, notice, { signal: never })).toBeUndefined();
    expect(got).toMatchObject([
      { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': notice.id } },
    ]);
    expect(JSON.parse(got[0]?.body ?? '')).toEqual(notice);
  });

  test('is tried again a few times where that may help', async ({ serve }) => {
    let requests = 0;
    const answers = [500, 429, 200];
    const address = await serve((_, response) => {
      response.writeHead(answers[requests] ?? 500).end('garbage');
      requests += 1;
    });
    expect(await sendToWebhook(address, notice, { signal: never, pauses: [0, 0] })).toBeUndefined();
    expect(requests).toBe(3);
    expect(await sendToWebhook(address, notice, { signal: never, pauses: [0, 0] })).toMatch(/answered with status 500/);
    expect(requests).toBe(6);
  });

  test('that fails is said without its address, and not tried again in vain', async ({ serve }) => {
    let requests = 0;
    const address = await serve((_, response) => {
      requests += 1;
      response.writeHead(requests === 1 ? 404 : 302, { location: 'http://127.0.0.1:1/' }).end();
    });
    for (const status of [404, 302]) {
      const failure = await sendToWebhook(address, notice, { signal: never, pauses: [0, 0] });
      expect(failure).toMatch(new RegExp(`^127\\.0\\.0\\.1:\\d+ answered with status ${status}$`));
      expect(failure).not.toContain('secret');
    }
    expect(requests).toBe(2);
  });

  test('gives up on a server that does not answer, or speaks no HTTP, or is not there', async ({ serve }) => {
    const silent = await serve(() => undefined);
    expect(await sendToWebhook(silent, notice, { signal: never, seconds: 0.3, pauses: [0] })).toMatch(
      /did not answer within 0.3 s/,
    );
    const garbage = await serve((request) => request.socket.end('nonsense\r\n\r\n'));
    expect(await sendToWebhook(garbage, notice, { signal: never, pauses: [] })).toMatch(/cannot be reached/);
    const closed = 'http://127.0.0.1:1/secret-token';
    const failure = await sendToWebhook(closed, notice, { signal: never, pauses: [0] });
    expect(failure).toMatch(/ECONNREFUSED|bad port/);
    expect(failure).not.toContain('secret-token');
    expect(await sendToWebhook('nonsense', notice, { signal: never })).toBe('its address is not valid');
  });

  test('is not tried again after an abort', async ({ serve }) => {
    let requests = 0;
    const abort = new AbortController();
    const address = await serve(() => {
      requests += 1;
      abort.abort();
    });
    expect(await sendToWebhook(address, notice, { signal: abort.signal, pauses: [0, 0] })).toBeDefined();
    expect(requests).toBe(1);
  });
});

describe('a notice for several targets', () => {
  test('reaches each, whatever becomes of the others', async ({ folder, serve }) => {
    const address = await serve((_, response) => void response.writeHead(500).end());
    const tool = join(folder, 'notify-send');
    await writeFile(tool, `#!/bin/sh\nfor word; do echo "$word"; done > ${folder}/shown\n`);
    await chmod(tool, 0o755);
    const settings = { command: 'exit 4', webhook: address, desktop: true };
    const place = { environment: { PATH: `${folder}:${environment.PATH}` }, folder };
    const outcomes = await sendNotice(notice, { settings, ...place }, never);
    expect(outcomes).toMatchObject([
      { target: 'command', failure: 'exit code 4' },
      { target: 'webhook', failure: expect.stringMatching(/500/) },
      { target: 'desktop' },
    ]);
    expect(outcomes[2]).not.toHaveProperty('failure');
    expect(readFileSync(join(folder, 'shown'), 'utf8')).toMatch(/--\nSymphony: rl failed\nrl: learner failed/);
  });

  test('says where the desktop cannot be told', async ({ folder }) => {
    const outcomes = await sendNotice(
      notice,
      { settings: { desktop: true }, environment: { PATH: folder }, folder },
      never,
    );
    expect(outcomes).toEqual([{ target: 'desktop', failure: 'notify-send is not installed' }]);
  });
});
