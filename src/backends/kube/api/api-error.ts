import { SymphonyError } from '../../../engine/errors.ts';
import { quotaReason } from '../quota-reason.ts';
import type { KubeIdentity } from './load-kube-config.ts';

/** What the API server answers instead of what it was asked for. */
export interface KubeStatus {
  readonly status?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  // biome-ignore lint/suspicious/noExplicitAny: its content depends on the reason
  readonly details?: any;
}

/** The API server refused a request; told to people in the words of `explain`. */
export class ApiError extends SymphonyError {
  /** The HTTP status. */
  readonly status: number;
  readonly reason: string;

  constructor(status: number, body: KubeStatus, request: string, identity: KubeIdentity) {
    const { code, message, hint } = explain(status, body, request, identity);
    super(code, message, { hint });
    this.status = status;
    this.reason = body.reason ?? '';
  }
}

function explain(status: number, body: KubeStatus, request: string, { server, user, context }: KubeIdentity) {
  const said = body.message ?? `status ${status}`;
  if (status === 401) {
    return {
      code: 'backend-unavailable' as const,
      message: `The server ${server} does not accept the credentials of user ${user} (context ${context}) for ${request}: ${said}.`,
      hint: 'They may have expired: log in again.',
    };
  }
  const quota = quotaReason(said);
  if (quota !== undefined) {
    const hint = 'Ask for less, delete what is not needed, or ask for a larger quota.';
    return { code: 'failed' as const, message: `Cannot ${request}: ${quota}.`, hint };
  }
  if (status === 403) {
    return {
      code: 'failed' as const,
      message: `User ${user} may not ${request} on ${server}: ${said}.`,
      hint: 'Ask the people who run the cluster for this right; docs/kubernetes.md lists what Symphony needs.',
    };
  }
  if (status === 503 || status === 502 || status === 504) {
    return {
      code: 'backend-unavailable' as const,
      message: `The server ${server} is not available: ${said}.`,
      hint: undefined,
    };
  }
  const code = status === 404 ? 'not-found' : status === 409 ? 'conflict' : 'failed';
  return {
    code: code as 'not-found' | 'conflict' | 'failed',
    message: `${server} refused to ${request}: ${said}.`,
    hint: undefined,
  };
}

/** The error of a server that cannot be reached at all. */
export function unreachable({ server, user, context }: KubeIdentity, request: string, cause: unknown): SymphonyError {
  const error = cause as NodeJS.ErrnoException;
  const why =
    error.code === undefined || error.message.includes(error.code) ? error.message : `${error.code}: ${error.message}`;
  return new SymphonyError(
    'backend-unavailable',
    `The server ${server} (context ${context}, user ${user}) cannot be reached to ${request}: ${why || 'no connection'}.`,
    { hint: 'Is it running, and is the way to it open (a VPN, a proxy, the right context)?', cause },
  );
}

export function isStatus(error: unknown, ...statuses: readonly number[]): error is ApiError {
  return error instanceof ApiError && statuses.includes(error.status);
}
