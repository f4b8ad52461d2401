import type { IncomingMessage, RequestOptions } from 'node:http';
import { text } from 'node:stream/consumers';
import type { SymphonyError } from '../../../engine/contract/errors.ts';
import { ApiError, type KubeStatus, notKubernetes } from './api-error.ts';
import { expiredAt } from './credentials/credential-expiry.ts';
import type { KubeIdentity } from './credentials/load-kube-config.ts';

const maxTextLength = 500;

/** The error for an unsuccessful answer. */
export async function readRefusal(
  response: IncomingMessage,
  sent: RequestOptions,
  operation: string,
  identity: KubeIdentity,
): Promise<SymphonyError> {
  const status = response.statusCode ?? 500;
  const said = await text(response).catch(() => '');
  if (status < 400) {
    const { location } = response.headers;
    return notKubernetes(identity, operation, location ? `on to ${location}` : `status ${status}`);
  }
  const isPage = isHtmlPage(response, said);
  if (isPage && status < 500 && status !== 401 && status !== 403 && status !== 429) {
    return notKubernetes(identity, operation, `a web page (status ${status})`);
  }
  const body = isPage
    ? { message: `${status} ${response.statusMessage}, with a web page` }
    : parseStatus(said, response);
  return new ApiError(status, body, operation, identity, {
    retryAfter: retryAfter(response.headers['retry-after']),
    expired: status === 401 ? expiredAt(sent) : undefined,
  });
}

export function isHtmlPage(response: IncomingMessage, said: string): boolean {
  return /html/.test(response.headers['content-type'] ?? '') || /^\s*<(!doctype|html)/i.test(said);
}

function parseStatus(said: string, response: IncomingMessage): KubeStatus {
  try {
    const status: unknown = JSON.parse(said);
    if (typeof status === 'object' && status !== null) return status;
  } catch {
    // The text is quoted as it is.
  }
  const words = said.trim().slice(0, maxTextLength);
  return { message: words || `${response.statusCode} ${response.statusMessage}` };
}

/** Parses a Retry-After header into seconds; it holds seconds or a date. */
function retryAfter(said: string | undefined): number | undefined {
  if (said === undefined) return undefined;
  const seconds = /^\d+$/.test(said.trim()) ? Number(said) : (Date.parse(said) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(seconds, 0);
}
