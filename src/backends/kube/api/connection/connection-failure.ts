/** Why a connection failed, and a hint. */
export interface ConnectionFailure {
  readonly why: string;
  readonly hint: string;
}

const unreachableHint = 'Is it running, and is it reachable (VPN, proxy, right context)?';
const untrustedHint =
  'The kubeconfig needs the certificate-authority of this server; fetch it again if the cluster was recreated. A proxy may also answer instead of the server.';
const clientCertificateHint = 'The client certificate may have expired: log in again, or fetch the kubeconfig again.';

/** Explanations of common error codes of Node and OpenSSL. */
const failures: Readonly<Record<string, ConnectionFailure>> = {
  ECONNREFUSED: { why: 'nothing listens there (connection refused)', hint: unreachableHint },
  ENOTFOUND: { why: 'there is no host of that name', hint: unreachableHint },
  EAI_AGAIN: { why: 'its name cannot be looked up', hint: unreachableHint },
  ETIMEDOUT: { why: 'it does not answer', hint: unreachableHint },
  EHOSTUNREACH: { why: 'there is no route to that host', hint: unreachableHint },
  ENETUNREACH: { why: 'there is no route to that network', hint: unreachableHint },
  ECONNRESET: { why: 'the connection was closed', hint: unreachableHint },
  EPIPE: { why: 'the connection was closed', hint: unreachableHint },
  CERT_HAS_EXPIRED: {
    why: 'its certificate has expired',
    hint: 'The administrators of the cluster must renew it. Is the clock of this machine right?',
  },
  CERT_NOT_YET_VALID: { why: 'its certificate is not valid yet', hint: 'Is the clock of this machine right?' },
  DEPTH_ZERO_SELF_SIGNED_CERT: { why: 'its certificate is signed by itself', hint: untrustedHint },
  SELF_SIGNED_CERT_IN_CHAIN: { why: 'its certificate is signed by an unknown authority', hint: untrustedHint },
  UNABLE_TO_GET_ISSUER_CERT: { why: 'its certificate is signed by an unknown authority', hint: untrustedHint },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { why: 'its certificate is signed by an unknown authority', hint: untrustedHint },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { why: 'its certificate is signed by an unknown authority', hint: untrustedHint },
  CERT_SIGNATURE_FAILURE: { why: 'its certificate is signed by another authority of that name', hint: untrustedHint },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    why: 'what answers there does not speak TLS',
    hint: 'Is it http:// instead of https://?',
  },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: {
    why: 'what answers there does not speak TLS',
    hint: 'Is it http:// instead of https://?',
  },
};

export function describeFailure(thrown: unknown): ConnectionFailure {
  const error = firstError(thrown);
  const { code = '', message } = error;
  const known = failures[code];
  if (known !== undefined) {
    const says = /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/.test(code) ? addressIn(message) : '';
    return { ...known, why: `${known.why}${says}` };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      why: `its certificate is for another name (${message.replace(/\.$/, '')})`,
      hint: 'tls-server-name of the kubeconfig says which name is meant.',
    };
  }
  if (/ALERT/.test(code))
    return { why: `it refuses the TLS connection (${tlsAlertText(message)})`, hint: clientCertificateHint };
  if (code.startsWith('HPE_')) return { why: 'what answers there does not speak HTTP', hint: unreachableHint };
  return {
    why: message.includes(code) ? message.replace(/\.$/, '') || 'no connection' : `${code}: ${message}`,
    hint: unreachableHint,
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
