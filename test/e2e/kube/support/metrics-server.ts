import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { KubeClient } from '../../../../src/backends/kube/api/kube-client.ts';
import { waitFor } from '../../../support/wait-for.ts';

const group = 'metrics.k8s.io/v1beta1';
const registration = '/apis/apiregistration.k8s.io/v1/apiservices';

/**
 * Does the work of metrics-server: serves the usage of containers, as the kubelets measure it, at `metrics.k8s.io`. It
 * runs in this process, and the API server forwards requests to it.
 * @param namespace The namespace of its Service.
 * @param folder The folder for its certificate.
 */
export async function startMetricsServer(admin: KubeClient, namespace: string, folder: string) {
  const [key, cert] = [join(folder, 'metrics.key'), join(folder, 'metrics.crt')];
  const subject = ['-subj', '/CN=metrics', '-days', '2', '-keyout', key, '-out', cert];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject], { stdio: 'ignore' });
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'https://metrics');
    const found = /\/namespaces\/([^/]+)\/pods$/.exec(pathname);
    const answer =
      found === null ? resources : await podMetrics(admin, found[1] ?? '', searchParams.get('labelSelector'));
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const service = { name: 'metrics', namespace };
  // The API server runs on this machine, so localhost reaches this process.
  const spec = { type: 'ExternalName', externalName: 'localhost', ports: [{ port }] };
  await admin.create({ apiVersion: 'v1', kind: 'Service', metadata: service, spec });
  await post(admin, registration, {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1beta1.metrics.k8s.io' },
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      service: { ...service, port },
      insecureSkipTLSVerify: true,
      groupPriorityMinimum: 100,
      versionPriority: 100,
    },
  });
  const close = async () => {
    // A registration that is left behind blocks the deletion of every namespace.
    const path = `${registration}/v1beta1.metrics.k8s.io`;
    await admin.request({ method: 'DELETE', path, operation: 'delete the registration' });
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  const isPassedOn = () => admin.request<object>({ path: `/apis/${group}`, operation: 'get the metrics' });
  await waitFor(isPassedOn, { timeout: 60, what: 'the API server to forward requests' }).catch(async (error) => {
    await close();
    throw error;
  });
  return { close };
}

const resources = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: group,
  resources: [{ name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] }],
};

interface PodStats {
  readonly podRef: { readonly name: string; readonly namespace: string };
  readonly containers?: readonly {
    readonly name: string;
    readonly cpu?: { readonly usageNanoCores?: number };
    readonly memory?: { readonly workingSetBytes?: number };
  }[];
}

async function podMetrics(admin: KubeClient, namespace: string, labelSelector: string | null) {
  const wanted = await admin.list('Pod', { namespace, query: { labelSelector: labelSelector ?? undefined } });
  const names = new Set(wanted.items.map(({ metadata }) => metadata.name));
  const nodes = await admin.list('Node');
  const stats = await Promise.all(
    nodes.items.map(({ metadata }) =>
      admin
        .request<{ pods: readonly PodStats[] }>({
          path: `/api/v1/nodes/${metadata.name}/proxy/stats/summary`,
          operation: 'get stats',
        })
        .catch(() => ({ pods: [] })),
    ),
  );
  const items = stats
    .flatMap(({ pods }) => pods)
    .filter(({ podRef }) => podRef.namespace === namespace && names.has(podRef.name))
    .map(({ podRef, containers = [] }) => ({
      metadata: { name: podRef.name, namespace },
      window: '30s',
      containers: containers.map(({ name, cpu, memory }) => ({
        name,
        usage: {
          cpu: `${cpu?.usageNanoCores ?? 0}n`,
          memory: `${Math.round((memory?.workingSetBytes ?? 0) / 1024)}Ki`,
        },
      })),
    }));
  return { kind: 'PodMetricsList', apiVersion: group, metadata: {}, items };
}

function post(admin: KubeClient, path: string, body: object): Promise<unknown> {
  return admin.request({ method: 'POST', path, body, operation: `create in ${path}` });
}
