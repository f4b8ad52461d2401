import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { isStatus } from '../../../../src/backends/kube/api/api-error.ts';
import type { KubeClient } from '../../../../src/backends/kube/api/kube-client.ts';

const path = '/api/v1/namespaces/default/endpoints';
interface EndpointsJson {
  readonly metadata: { readonly uid: string; readonly labels?: Readonly<Record<string, string>> };
}

const marker = { 'symphony.test/forwarded': 'true' };

/**
 * Lets pods reach the API server, where the cluster has no way for them: one that listens only on this machine's own
 * address is forwarded to from the node's. Does nothing on other clusters.
 * @returns ends it
 */
export async function makeServerReachable(admin: KubeClient): Promise<() => Promise<void>> {
  const found = await admin
    .request<EndpointsJson>({
      path: `${path}/kubernetes`,
      operation: 'get endpoints',
    })
    .catch((error) => {
      if (!isStatus(error, 404)) throw error;
      return undefined;
    });
  const isStale = found?.metadata.labels?.['symphony.test/forwarded'] !== undefined;
  if (found !== undefined && !isStale) return async () => undefined;
  /** Removes those with this uid. Another run may have replaced them. */
  const remove = async (uid: string) => {
    const body = { preconditions: { uid } };
    await admin
      .request({ method: 'DELETE', path: `${path}/kubernetes`, body, operation: 'delete endpoints' })
      .catch((error) => {
        if (!isStatus(error, 404, 409)) throw error;
      });
  };
  if (found !== undefined) await remove(found.metadata.uid);
  // Fake nodes of other tests have no address.
  const ip = (await admin.list('Node')).items
    .flatMap(
      ({ status }) => (status?.addresses ?? []) as readonly { readonly type: string; readonly address: string }[],
    )
    .find(({ type, address }) => type === 'InternalIP' && address !== '')?.address;
  const { hostname, port } = new URL(admin.identity.server);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const upstream = connect(Number(port), hostname);
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one.once('close', () => sockets.delete(one));
    }
    pipeline(socket, upstream, () => socket.destroy());
    pipeline(upstream, socket, () => upstream.destroy());
  });
  server.listen(0, ip);
  await once(server, 'listening');
  const ports = [{ name: 'https', port: (server.address() as AddressInfo).port, protocol: 'TCP' }];
  const subsets = [{ addresses: [{ ip }], ports }];
  const metadata = { name: 'kubernetes', namespace: 'default', labels: marker };
  const body = { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets };
  const created = await admin.request<EndpointsJson>({ method: 'POST', path, body, operation: 'create endpoints' });
  return async () => {
    await remove(created.metadata.uid);
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
}
