import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { findEndpoint } from '../../../../src/backends/docker/api/connection/find-endpoint.ts';
import { makeCertificates } from '../../../backends/kube/api/support/certificates.ts';

export interface TlsDoor {
  /** What the docker command needs to come in. */
  readonly env: Readonly<Record<string, string>>;
  /** Cuts all connections. */
  cut(): void;
  close(): Promise<void>;
}

/** Makes the engine that DOCKER_HOST names, by a socket of this machine, one that is reached over TLS. @param folder for certificates */
export async function openTlsDoor(folder: string): Promise<TlsDoor> {
  const path = (await findEndpoint()).host.replace(/^unix:\/\//, '');
  const { ca, server: pair, client } = await makeCertificates(folder);
  const files = { 'ca.pem': ca, 'cert.pem': client.cert, 'key.pem': client.key };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const open = new Set<Socket>();
  const server = createServer(
    { ...pair, ca, requestCert: true, rejectUnauthorized: true, allowHalfOpen: true },
    (outer) => {
      const inner = connect({ path, allowHalfOpen: true });
      open.add(outer);
      for (const [socket, other] of [
        [outer, inner],
        [inner, outer],
      ] as const)
        socket
          .on('error', () => undefined)
          .once('close', () => other.destroy())
          .pipe(other);
      outer.once('close', () => open.delete(outer));
    },
  );
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    env: {
      DOCKER_HOST: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: folder,
    },
    cut,
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
