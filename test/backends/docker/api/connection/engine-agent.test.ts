import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import http, { type RequestListener, type Server } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { EngineEndpoint } from '../../../../../src/backends/docker/api/connection/engine-endpoint.ts';
import { EngineApi } from '../../../../../src/backends/docker/api/engine-api.ts';
import { type Certificates, makeCertificates } from '../../../kube/api/support/certificates.ts';

let folder: string;
let certificates: Certificates;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symphony-docker-'));
  certificates = await makeCertificates(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const answer: RequestListener = (_request, response) => response.writeHead(200, { 'api-version': '1.44' }).end('{}');

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** As DOCKER_CERT_PATH names it. */
async function certFolder(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  for (const [file, content] of Object.entries(files)) await writeFile(join(path, file), content);
  return path;
}

function ask(endpoint: EngineEndpoint): Promise<unknown> {
  const api = new EngineApi(endpoint);
  onTestFinished(() => api.close());
  return api.request({ path: '/info', operation: 'describe itself' });
}

describe('EngineAgent', () => {
  it('proves who it is over TLS, and wants the same of the engine', async () => {
    const { ca, server: pair, client } = certificates;
    const server = https.createServer({ ...pair, ca, requestCert: true, rejectUnauthorized: true }, answer);
    const host = `tcp://localhost:${await listen(server)}`;
    const own = await certFolder('own', { 'ca.pem': ca, 'cert.pem': client.cert, 'key.pem': client.key });
    expect(await ask({ host, certFolder: own })).toEqual({});
    const stranger = await certFolder('stranger', { 'cert.pem': client.cert, 'key.pem': client.key });
    await expect(ask({ host, certFolder: stranger })).rejects.toMatchObject({
      code: 'backend-unavailable',
      message: expect.stringMatching(/signed by an unknown authority/),
      hint: expect.stringContaining('ca.pem'),
    });
    expect(await ask({ host, certFolder: stranger, skipsVerification: true })).toEqual({});
    const nobody = await certFolder('nobody', { 'ca.pem': ca });
    await expect(ask({ host, certFolder: nobody })).rejects.toMatchObject({ code: 'backend-unavailable' });
  });

  it('says that an engine wants no TLS, or wants it', async () => {
    const own = await certFolder('plain', { 'ca.pem': certificates.ca });
    const plain = `tcp://127.0.0.1:${await listen(http.createServer(answer))}`;
    await expect(ask({ host: plain, certFolder: own })).rejects.toThrow(/does not speak TLS/);
    const secure = `tcp://127.0.0.1:${await listen(https.createServer({ ...certificates.server }, answer))}`;
    await expect(ask({ host: secure })).rejects.toMatchObject({ code: 'backend-unavailable' });
  });

  it('reaches an engine through ssh, and quotes what ssh complains about', async () => {
    const port = await listen(http.createServer(answer));
    // What ssh would run on the other machine, here.
    const relay = `const { connect } = require('node:net');
      const socket = connect(${port}, '127.0.0.1');
      process.stdin.pipe(socket).pipe(process.stdout);`;
    const program = join(folder, 'ssh');
    const script = `#!/bin/sh\ncase "$*" in *box*) exec '${process.execPath}' -e "${relay.replaceAll('"', '\\"')}";; esac\necho 'ssh: Could not resolve hostname' >&2\nexit 255\n`;
    await writeFile(program, script);
    await chmod(program, 0o755);
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    expect(await ask({ host: 'ssh://me@box' })).toEqual({});
    await expect(ask({ host: 'ssh://me@nowhere' })).rejects.toMatchObject({
      code: 'backend-unavailable',
      message: expect.stringMatching(/cannot be reached to say its version: ssh: Could not resolve hostname\.$/),
    });
  });
});
