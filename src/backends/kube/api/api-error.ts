import { SymphonyError } from '../../../engine/contract/errors.ts';
import { admissionRefusal } from './admission-refusal.ts';
import { describeFailure } from './connection/connection-failure.ts';
import type { KubeIdentity } from './credentials/load-kube-config.ts';
import { quotaReason } from './quota-reason.ts';

/** The API server's Status object, which it sends instead of a result. */
export interface KubeStatus {
  readonly status?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  // biome-ignore lint/suspicious/noExplicitAny: its content depends on the reason
  readonly details?: any;
}

export interface ApiErrorOptions {
  /** Seconds after which the server allows the next attempt. */
  readonly retryAfter?: number | undefined;
  /** When the refused credentials expired. */
  readonly expired?: Date | undefined;
}

/** The API server refused a request; `explain` words the message. */
export class ApiError extends SymphonyError {
  /** The HTTP status. */
  readonly status: number;
  readonly reason: string;
  readonly retryAfter: number | undefined;
  /** Whether a quota is used up. */
  readonly isOverQuota: boolean;

  constructor(
    status: number,
    body: KubeStatus,
    request: string,
    identity: KubeIdentity,
    { retryAfter, expired }: ApiErrorOptions = {},
  ) {
    const { code, message, hint } = explain(status, body, request, identity, expired);
    super(code, message, { hint });
    this.status = status;
    this.reason = body.reason ?? '';
    this.retryAfter = retryAfter;
    this.isOverQuota = status === 403 && (body.message ?? '').includes('exceeded quota: ');
  }
}

function explain(
  status: number,
  body: KubeStatus,
  request: string,
  { server, user, context }: KubeIdentity,
  expired: Date | undefined,
) {
  const said = (body.message ?? `status ${status}`).replace(/\.$/, '');
  const where = `${server} (context ${context}, user ${user})`;
  if (status === 401) {
    return {
      code: 'backend-unavailable' as const,
      message: `The server ${server} does not accept the credentials of user ${user} (context ${context}) to ${request}: ${said}.`,
      hint:
        expired === undefined
          ? 'They may have expired: log in again, with the login command of your cluster.'
          : `They expired at ${expired.toISOString()}: log in again, or fetch the kubeconfig again.`,
    };
  }
  const quota = quotaReason(said);
  if (quota !== undefined) {
    const hint = 'Ask for less, delete what is not needed, or ask for a larger quota.';
    return { code: 'failed' as const, message: `Cannot ${request}: ${quota}.`, hint };
  }
  const admission = status === 403 ? admissionRefusal(said) : undefined;
  if (admission !== undefined) {
    const { why, hint } = admission;
    return {
      code: 'failed' as const,
      message: `The server ${where} does not admit it, asked to ${request}: ${why}.`,
      hint,
    };
  }
  if (status === 403) {
    return {
      code: 'failed' as const,
      message: `User ${user} may not ${request} on ${server} (context ${context}): ${said}.`,
      hint: 'Ask the administrators of the cluster for this right; docs/kubernetes.md lists what Symphony needs.',
    };
  }
  if (status === 429 || status >= 502) {
    const what = status === 429 ? 'is too busy' : 'is not available';
    return {
      code: 'backend-unavailable' as const,
      message: `The server ${where} ${what} to ${request}: ${said}.`,
      hint: 'Try again in a while.',
    };
  }
  const code = status === 404 ? 'not-found' : status === 409 ? 'conflict' : 'failed';
  return {
    code: code as 'not-found' | 'conflict' | 'failed',
    message: `The server ${where} refused to ${request}: ${said}.`,
    hint: undefined,
  };
}

/** The error of a server that cannot be reached at all. */
export function unreachable({ server, user, context }: KubeIdentity, request: string, cause: unknown): SymphonyError {
  const { why, hint } = describeFailure(cause);
  return new SymphonyError(
    'backend-unavailable',
    `The server ${server} (context ${context}, user ${user}) cannot be reached to ${request}: ${why}.`,
    { hint, cause },
  );
}

/** The error for an answer that is not from a Kubernetes API server. */
export function notKubernetes({ server, user, context }: KubeIdentity, request: string, what: string): SymphonyError {
  return new SymphonyError(
    'backend-unavailable',
    `The server at ${server} (context ${context}, user ${user}) is not a Kubernetes API server: asked to ${request}, it sent ${what}.`,
    { hint: 'Is the address in the kubeconfig right, with its path? A proxy or a login page may answer instead.' },
  );
}

export function isStatus(error: unknown, ...statuses: readonly number[]): error is ApiError {
  return error instanceof ApiError && statuses.includes(error.status);
}
