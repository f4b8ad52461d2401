import { explainFailure, type FailureKind } from '../../../kit/connection/explain-failure.ts';

/** Why a connection failed, and a hint. */
export interface ConnectionFailure {
  readonly why: string;
  readonly hint: string;
}

const unreachableHint = 'Is it running, and is it reachable (VPN, proxy, right context)?';

const hints: Readonly<Record<FailureKind, string>> = {
  unreachable: unreachableHint,
  untrusted:
    'The kubeconfig needs the certificate-authority of this server; fetch it again if the cluster was recreated. A proxy may also answer instead of the server.',
  expired: 'The administrators of the cluster must renew it. Is the clock of this machine right?',
  'not-yet-valid': 'Is the clock of this machine right?',
  'no-tls': 'Is it http:// instead of https://?',
  'other-name': 'tls-server-name of the kubeconfig says which name is meant.',
  'client-refused': 'The client certificate may have expired: log in again, or fetch the kubeconfig again.',
  'no-http': unreachableHint,
};

export function describeFailure(thrown: unknown): ConnectionFailure {
  const { why, kind } = explainFailure(thrown);
  return { why, hint: hints[kind] };
}
