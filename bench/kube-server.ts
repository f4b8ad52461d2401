import https, { type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';

/** How to reach the kubeconfig's API server, as plain data that can be passed to other programs. */
export interface KubeServer {
  readonly server: string;
  readonly options: Pick<RequestOptions, 'headers' | 'rejectUnauthorized'> & {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
  };
}

export async function kubeServer(): Promise<KubeServer> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromDefault();
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, headers, rejectUnauthorized } = options;
  return {
    server: config.getCurrentCluster()?.server ?? '',
    options: {
      ...(ca && { ca: String(ca) }),
      ...(cert && { cert: String(cert) }),
      ...(key && { key: String(key) }),
      ...(headers && { headers }),
      ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    },
  };
}

/** Sends one request and returns the answer's JSON. Throws if it is refused. */
export async function ask<Answer>({ server, options }: KubeServer, path: string, method = 'GET'): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; said: string }>();
  https
    .request(server + path, { ...options, method }, (response) => {
      text(response).then((said) => resolve({ status: response.statusCode ?? 0, said }), reject);
    })
    .once('error', reject)
    .end();
  const { status, said } = await promise;
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${said}`);
  return JSON.parse(said) as Answer;
}
