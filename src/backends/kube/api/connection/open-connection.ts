import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { connect, type Socket } from 'node:net';
import { SocksClient } from 'socks';
import { formatAddress } from '../../../../engine/text/format-address.ts';
import { describeFailure } from './connection-failure.ts';

export interface Destination {
  readonly host: string;
  readonly port: number;
}

/** Connects to a destination, directly or through a proxy, which also resolves the name. An abort ends the attempt. */
export async function openConnection(to: Destination, proxy: URL | undefined, signal: AbortSignal): Promise<Socket> {
  if (proxy === undefined) return dial(to, signal);
  try {
    return await (proxy.protocol.startsWith('socks') ? throughSocks : throughConnect)(to, proxy, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const { why } = describeFailure(error);
    throw new Error(`the proxy ${proxy.protocol}//${proxy.host}: ${why}`, { cause: error });
  }
}

async function dial({ host, port }: Destination, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true });
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function throughSocks({ host, port }: Destination, proxy: URL, signal: AbortSignal): Promise<Socket> {
  const own = await dial({ host: bare(proxy.hostname), port: Number(proxy.port || 1080) }, signal);
  const onAbort = () => own.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const { socket } = await SocksClient.createConnection({
      proxy: {
        host: bare(proxy.hostname),
        port: Number(proxy.port || 1080),
        type: proxy.protocol.startsWith('socks4') ? 4 : 5,
        ...(proxy.username && {
          userId: decodeURIComponent(proxy.username),
          password: decodeURIComponent(proxy.password),
        }),
      },
      command: 'connect',
      destination: { host, port },
      existing_socket: own,
    });
    return socket;
  } catch (error) {
    own.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function throughConnect({ host, port }: Destination, proxy: URL, signal: AbortSignal): Promise<Socket> {
  const authority = formatAddress(host, port);
  const account = [proxy.username, proxy.password].map(decodeURIComponent).join(':');
  const request = (proxy.protocol === 'https:' ? https : http).request({
    method: 'CONNECT',
    host: bare(proxy.hostname),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    path: authority,
    headers: {
      host: authority,
      ...(proxy.username && { 'proxy-authorization': `Basic ${Buffer.from(account).toString('base64')}` }),
    },
    agent: false,
    signal,
  });
  request.end();
  const [response, socket, head] = (await once(request, 'connect', { signal })) as [
    http.IncomingMessage,
    Socket,
    Buffer,
  ];
  if (response.statusCode !== 200) {
    socket.destroy();
    throw new Error(`it refuses to connect to ${authority}: ${response.statusCode} ${response.statusMessage}`);
  }
  if (head.length > 0) socket.unshift(head);
  return socket;
}

/** Removes the brackets of an IPv6 address. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
