import { randomUUID } from 'node:crypto';
import http2, { type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { EngineClient } from '../../api/engine-client.ts';
import { type Credentials, findCredentials } from '../registry-auth.ts';
import { readFields } from './buildkit-trace.ts';

const credentialsMethod = '/moby.filesync.v1.Auth/Credentials';
const healthMethod = '/grpc.health.v1.Health/Check';

/** The name by which BuildKit asks for the credentials of the public registry. */
const publicHost = 'registry-1.docker.io';

const grpcOk = '0';
const grpcInternal = '13';
const grpcUnimplemented = '12';

/**
 * A session of a build with BuildKit: the engine calls methods of this program over it. It asks for credentials of
 * registries, and whether the session is alive.
 */
export class BuildSession {
  readonly id: string;
  readonly #connection: Duplex;
  readonly #server: ServerHttp2Session;

  static async open(client: EngineClient, signal?: AbortSignal | undefined): Promise<BuildSession> {
    const id = randomUUID().replaceAll('-', '');
    const connection = await client.images.openSession(id, [credentialsMethod, healthMethod], signal);
    return new BuildSession(id, connection);
  }

  private constructor(id: string, connection: Duplex) {
    this.id = id;
    this.#connection = connection;
    this.#server = http2.performServerHandshake(connection as Parameters<typeof http2.performServerHandshake>[0]);
    // The build itself reports that the engine is gone.
    this.#server.on('error', () => this.close());
    connection.on('error', () => this.close());
    this.#server.on('stream', (stream, headers) => void answer(stream, String(headers[':path'])));
  }

  close(): void {
    this.#server.destroy();
    this.#connection.destroy();
  }
}

async function answer(stream: ServerHttp2Stream, method: string): Promise<void> {
  stream.on('error', () => undefined);
  try {
    const request = unframed(await buffer(stream));
    if (method === healthMethod) respond(stream, grpcOk, numberField(1, 1));
    else if (method === credentialsMethod) respond(stream, grpcOk, await credentialsAnswer(request));
    else respond(stream, grpcUnimplemented);
  } catch {
    respond(stream, grpcInternal);
  }
}

/** A message with a user name and a password, or with an identity token alone; empty where there are no credentials. */
async function credentialsAnswer(request: Buffer): Promise<Buffer> {
  const asked = readFields(request).find(({ number }) => number === 1)?.value;
  const host = Buffer.isBuffer(asked) ? asked.toString('utf8') : '';
  const found = await findCredentials(host === publicHost ? undefined : host);
  return found === undefined ? Buffer.alloc(0) : encodeCredentials(found);
}

export function encodeCredentials(credentials: Credentials): Buffer {
  if ('identitytoken' in credentials) return textField(2, credentials.identitytoken);
  return Buffer.concat([textField(1, credentials.username), textField(2, credentials.password)]);
}

/** Sends an answer with one message, or with an error and none. */
function respond(stream: ServerHttp2Stream, status: string, message?: Buffer): void {
  if (stream.destroyed || stream.headersSent) return;
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }));
  if (message === undefined) stream.end();
  else stream.end(framed(message));
}

/** A message of gRPC: whether it is compressed, its length, and the message. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function unframed(bytes: Buffer): Buffer {
  return bytes.subarray(5, 5 + bytes.readUInt32BE(1));
}

function textField(number: number, text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function numberField(number: number, value: number): Buffer {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}
