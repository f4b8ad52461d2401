/** What kind of obstacle a connection met, for a hint that fits what the caller connects to. */
export type FailureKind =
  | 'unreachable'
  | 'untrusted'
  | 'expired'
  | 'not-yet-valid'
  | 'no-tls'
  | 'other-name'
  | 'client-refused'
  | 'no-http';

export interface ExplainedFailure {
  /** In words. */
  readonly why: string;
  readonly kind: FailureKind;
}

/** Explanations of common error codes of Node and OpenSSL. */
const failures: Readonly<Record<string, ExplainedFailure>> = {
  ECONNREFUSED: { why: 'nothing listens there (connection refused)', kind: 'unreachable' },
  ENOTFOUND: { why: 'there is no host of that name', kind: 'unreachable' },
  EAI_AGAIN: { why: 'its name cannot be looked up', kind: 'unreachable' },
  ETIMEDOUT: { why: 'it does not answer', kind: 'unreachable' },
  EHOSTUNREACH: { why: 'there is no route to that host', kind: 'unreachable' },
  ENETUNREACH: { why: 'there is no route to that network', kind: 'unreachable' },
  ECONNRESET: { why: 'the connection was closed', kind: 'unreachable' },
  EPIPE: { why: 'the connection was closed', kind: 'unreachable' },
  CERT_HAS_EXPIRED: { why: 'its certificate has expired', kind: 'expired' },
  CERT_NOT_YET_VALID: { why: 'its certificate is not valid yet', kind: 'not-yet-valid' },
  DEPTH_ZERO_SELF_SIGNED_CERT: { why: 'its certificate is signed by itself', kind: 'untrusted' },
  SELF_SIGNED_CERT_IN_CHAIN: { why: 'its certificate is signed by an unknown authority', kind: 'untrusted' },
  UNABLE_TO_GET_ISSUER_CERT: { why: 'its certificate is signed by an unknown authority', kind: 'untrusted' },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { why: 'its certificate is signed by an unknown authority', kind: 'untrusted' },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { why: 'its certificate is signed by an unknown authority', kind: 'untrusted' },
  CERT_SIGNATURE_FAILURE: { why: 'its certificate is signed by another authority of that name', kind: 'untrusted' },
  ERR_SSL_WRONG_VERSION_NUMBER: { why: 'what answers there does not speak TLS', kind: 'no-tls' },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: { why: 'what answers there does not speak TLS', kind: 'no-tls' },
};

/** Says in words why a connection failed. */
export function explainFailure(thrown: unknown): ExplainedFailure {
  const error = firstError(thrown);
  const { code = '', message } = error;
  const known = failures[code];
  if (known !== undefined) {
    const says = /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/.test(code) ? addressIn(message) : '';
    return { ...known, why: `${known.why}${says}` };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return { why: `its certificate is for another name (${message.replace(/\.$/, '')})`, kind: 'other-name' };
  if (/ALERT/.test(code))
    return { why: `it refuses the TLS connection (${tlsAlertText(message)})`, kind: 'client-refused' };
  if (code.startsWith('HPE_')) return { why: 'what answers there does not speak HTTP', kind: 'no-http' };
  return {
    why: message.includes(code) ? message.replace(/\.$/, '') || 'no connection' : `${code}: ${message}`,
    kind: 'unreachable',
  };
}

/** Each address of a host failed, usually for the same reason, so the first error stands for all. */
function firstError(thrown: unknown): NodeJS.ErrnoException {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return thrown.errors[0] as NodeJS.ErrnoException;
  return thrown as NodeJS.ErrnoException;
}

/** `connect ECONNREFUSED 127.0.0.1:6443`. */
function addressIn(message: string): string {
  const address = /(\S+:\d+)(?: |$)/.exec(message)?.[1];
  return address === undefined ? '' : ` at ${address}`;
}

/** `…:error:0A000415:SSL routines:ssl3_read_bytes:sslv3 alert certificate expired:…`. */
function tlsAlertText(message: string): string {
  return /alert ([a-z ]+)/.exec(message)?.[1]?.trim() ?? message.trim();
}
