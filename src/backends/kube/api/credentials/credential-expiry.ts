import { X509Certificate } from 'node:crypto';
import type { RequestOptions } from 'node:https';

/** When the client certificate or token (a JWT) of a request expired; undefined if it has not. */
export function expiredAt({ cert, headers }: RequestOptions, now = new Date()): Date | undefined {
  const authorization = String((headers as Record<string, unknown> | undefined)?.Authorization ?? '');
  const ends = authorization === '' ? certificateEnd(cert) : tokenEnd(authorization);
  return ends !== undefined && ends < now ? ends : undefined;
}

function certificateEnd(cert: RequestOptions['cert']): Date | undefined {
  try {
    return cert === undefined ? undefined : new X509Certificate(cert as string | Buffer).validToDate;
  } catch {
    return undefined;
  }
}

function tokenEnd(authorization: string): Date | undefined {
  try {
    const payload = Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString('utf8');
    const { exp } = JSON.parse(payload) as { readonly exp?: unknown };
    return typeof exp === 'number' ? new Date(exp * 1000) : undefined;
  } catch {
    return undefined;
  }
}
