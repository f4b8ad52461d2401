import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  /** The authority's certificate, and its path. */
  readonly ca: string;
  readonly caFile: string;
  /** For kube.test, localhost and 127.0.0.1. */
  readonly server: Pair;
  readonly expiredServer: Pair;
  readonly client: Pair;
  readonly expiredClient: Pair;
}

const openssl = (...args: string[]) => promisify(execFile)('openssl', args);

/** Creates an authority and certificates that it signed, in a folder. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const path = (name: string) => join(folder, name);
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...curve,
    '-keyout',
    path('ca.key'),
    '-out',
    path('ca.crt'),
    '-subj',
    '/CN=test',
    '-days',
    '30',
  );
  await writeFile(path('names'), 'subjectAltName=DNS:kube.test,DNS:localhost,IP:127.0.0.1');
  const sign = async (name: string, days: number): Promise<Pair> => {
    await openssl(
      'req',
      '-new',
      ...curve,
      '-keyout',
      path(`${name}.key`),
      '-out',
      path(`${name}.csr`),
      '-subj',
      `/CN=${name}`,
    );
    const signer = ['-CA', path('ca.crt'), '-CAkey', path('ca.key'), '-CAcreateserial', '-extfile', path('names')];
    await openssl(
      'x509',
      '-req',
      '-in',
      path(`${name}.csr`),
      '-out',
      path(`${name}.crt`),
      '-days',
      `${days}`,
      ...signer,
    );
    return { cert: await readFile(path(`${name}.crt`), 'utf8'), key: await readFile(path(`${name}.key`), 'utf8') };
  };
  return {
    ca: await readFile(path('ca.crt'), 'utf8'),
    caFile: path('ca.crt'),
    server: await sign('server', 30),
    expiredServer: await sign('expired-server', -1),
    client: await sign('client', 30),
    expiredClient: await sign('expired-client', -1),
  };
}
