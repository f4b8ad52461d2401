import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EngineApi } from '../../../../src/backends/docker/api/engine-api.ts';

/** A server that answers the negotiation of the version, and everything else as the test says. */
async function serve(
  answer: http.RequestListener,
  headers: Readonly<Record<string, string>> = { 'api-version': '1.44' },
) {
  const server = http.createServer((request, response) => {
    if (request.url === '/_ping') response.writeHead(200, headers).end('OK');
    else answer(request, response);
  });
  const folder = await mkdtemp(join(tmpdir(), 'symphony-docker-'));
  const socket = join(folder, 'engine.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const api = new EngineApi({ host: `unix://${socket}` });
  onTestFinished(async () => {
    api.close();
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true, force: true });
  });
  return { server, api };
}

const request = { path: '/info', operation: 'describe itself' };
const echoPath: http.RequestListener = ({ url }, response) => response.end(JSON.stringify({ url }));

describe('EngineApi', () => {
  it.each([
    ['1.41', '1.41'],
    ['1.44', '1.44'],
    ['1.99', '1.51'],
  ])('speaks with an engine of version %s in version %s', async (offered, spoken) => {
    const { api } = await serve(echoPath, { 'api-version': offered });
    expect(await api.request(request)).toEqual({ url: `/v${spoken}/info` });
  });

  it('writes filters as JSON, and leaves out what is undefined', async () => {
    const { api } = await serve(echoPath);
    const { url } = await api.request<{ url: string }>({
      ...request,
      query: { all: true, limit: undefined, filters: { label: ['a=b'] } },
    });
    expect(url).toBe('/v1.44/info?all=true&filters=%7B%22label%22%3A%5B%22a%3Db%22%5D%7D');
  });

  it('recognizes Podman', async () => {
    const { api } = await serve(echoPath, { 'api-version': '1.41', 'libpod-api-version': '4.3.1' });
    expect(await api.identity()).toEqual({ apiVersion: '1.41', isPodman: true });
  });

  it('refuses an engine that is too old, and what is no engine', async () => {
    const old = await serve(echoPath, { 'api-version': '1.40' });
    await expect(old.api.request(request)).rejects.toMatchObject({
      code: 'backend-unavailable',
      message: expect.stringContaining('speaks version 1.40 of the API, and Symphony needs 1.41'),
    });
    const other = await serve(echoPath, {});
    await expect(other.api.request(request)).rejects.toThrow(/is no Docker engine: asked to say its version/);
    const page = await serve((_request, response) => response.writeHead(502).end('<!doctype html>'));
    await expect(page.api.request(request)).rejects.toThrow(/it sent a web page/);
  });

  it('says why the engine refuses, with its status', async () => {
    const { api } = await serve((_request, response) => response.writeHead(409).end('{"message":"name is in use"}'));
    await expect(api.request(request)).rejects.toMatchObject({
      code: 'conflict',
      status: 409,
      said: 'name is in use',
      message: expect.stringMatching(/^The engine at unix:.* refused to describe itself: name is in use\.$/),
    });
  });

  it('says what is wrong with a socket', async () => {
    const absent = new EngineApi({ host: 'unix:///nowhere/engine.sock' });
    await expect(absent.request(request)).rejects.toMatchObject({
      code: 'backend-unavailable',
      message:
        'The engine at unix:///nowhere/engine.sock cannot be reached to say its version: there is no such socket.',
    });
    const { server, api } = await serve(echoPath);
    server.close();
    await expect(api.request(request)).rejects.toThrow(/there is no such socket|nothing listens on its socket/);
  });

  it('gives up on an engine that does not answer', async () => {
    const { api } = await serve(() => undefined);
    await expect(api.request({ ...request, timeout: 0.1 })).rejects.toThrow(/no answer within 0.1 s/);
    await expect(api.request({ ...request, signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      code: 'timeout',
    });
  });

  it('lets an aborted request go while others wait for the version', async () => {
    const server = http.createServer();
    const asked = new Promise<http.ServerResponse>((resolve) => {
      server.once('request', (_, response) => resolve(response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const api = new EngineApi({ host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` });
    onTestFinished(() => {
      api.close();
      server.close();
      server.closeAllConnections();
    });
    const patient = api.identity();
    const interrupted = new AbortController();
    const aborted = api.request({ ...request, signal: interrupted.signal });
    const response = await asked;
    interrupted.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'interrupted' });
    response.writeHead(200, { 'api-version': '1.44' }).end();
    expect(await patient).toMatchObject({ apiVersion: '1.44' });
  });

  it('takes a refusal to say a version for that of no engine', async () => {
    const server = http.createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    const api = new EngineApi({ host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` });
    onTestFinished(() => api.close());
    await expect(api.request(request)).rejects.toMatchObject({
      code: 'backend-unavailable',
      message: expect.stringMatching(/is no Docker engine: asked to say its version, it sent status 404\.$/),
    });
  });

  it('asks for the version again after a failure', async () => {
    let isReady = false;
    const server = http.createServer((_request, response) => {
      if (isReady) response.writeHead(200, { 'api-version': '1.44' }).end('{}');
      else response.writeHead(503).end('starting');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const api = new EngineApi({ host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` });
    onTestFinished(() => {
      api.close();
      server.close();
    });
    await expect(api.request(request)).rejects.toThrow(/starting/);
    isReady = true;
    expect(await api.request(request)).toEqual({});
  });

  it('hands over a hijacked connection, whose output can end before its input', async () => {
    const { server, api } = await serve(echoPath);
    server.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst ');
      void text(socket).then((said) => socket.end(`got ${said}`));
    });
    const stream = await api.hijack({ method: 'POST', path: '/exec/1/start', operation: 'start a command', body: {} });
    stream.end('all of it');
    expect(await text(stream)).toBe('first got all of it');
  });

  it('says why a connection is not handed over', async () => {
    const { api } = await serve((_request, response) => response.writeHead(404).end('{"message":"no such exec"}'));
    const hijacked = api.hijack({ method: 'POST', path: '/exec/1/start', operation: 'start a command' });
    await expect(hijacked).rejects.toMatchObject({ code: 'not-found', status: 404 });
  });
});
