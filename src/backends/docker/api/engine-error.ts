import { userInfo } from 'node:os';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { explainFailure, type FailureKind } from '../../kit/connection/explain-failure.ts';
import { describeEndpoint, type EngineEndpoint, isOnThisMachine } from './connection/engine-endpoint.ts';

/** Causes at the end of what Podman says, with the status 500, where Docker answers with 409. */
const podmanConflict = /: (?:that name is already in use|network already exists|container state improper)$/;

/** The engine refused a request. */
export class EngineError extends SymphonyError {
  /** The HTTP status that Docker gives. */
  readonly status: number;
  /** What the engine said. */
  readonly said: string;

  constructor(answered: number, said: string, operation: string, endpoint: EngineEndpoint) {
    const status = answered === 500 && podmanConflict.test(said) ? 409 : answered;
    const { why, hint } = explainRefusal(said);
    // Engines also answer 404 if what they lack is no object, such as a range of addresses.
    const code = hint !== undefined ? 'failed' : status === 404 ? 'not-found' : status === 409 ? 'conflict' : 'failed';
    super(code, `The engine at ${describeEndpoint(endpoint)} refused to ${operation}: ${why}.`, { hint });
    this.status = status;
    this.said = said;
  }
}

export function isStatus(error: unknown, ...statuses: readonly number[]): error is EngineError {
  return error instanceof EngineError && statuses.includes(error.status);
}

/** The answer; undefined if what was asked for does not exist. */
export function unlessAbsent<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  return answer.catch((error: unknown) => {
    if (isStatus(error, 404)) return undefined;
    throw error;
  });
}

/** Whether an engine says surely that it cannot give the GPUs to any container that a container asks for. */
export function deniesGpus(said: string): boolean {
  return /could not select device driver|unresolvable CDI devices|nvidia-container-cli: (?:initialization|device) error/i.test(
    said,
  );
}

/** What an engine says in its own words, and what helps. */
export function explainRefusal(said: string): { readonly why: string; readonly hint?: string } {
  const why = said.trim().replace(/\.$/, '');
  if (/non-overlapping IPv4 address pool|no available.*(network|subnet)|could not find free subnet/i.test(said)) {
    return {
      why: `it has no address range left for another network (${why})`,
      hint: 'Remove networks that nothing uses (docker network prune), end a VPN that covers the ranges, or widen default-address-pools of the engine.',
    };
  }
  const port = /(?:port is already allocated|address already in use)/i.test(said)
    ? (/[:\s](\d{2,5})\b(?!.*:\d{2,5}\b)/.exec(said)?.[1] ?? '')
    : undefined;
  if (port !== undefined) {
    return {
      why: `a port that it publishes${port && `, ${port},`} is in use on its machine (${why})`,
      hint: 'End what uses it (docker ps shows containers), or choose another port.',
    };
  }
  if (/no space left on device/i.test(said))
    return { why: `the disk of its machine is full (${why})`, hint: 'docker system df shows what takes space.' };
  if (/unresolvable CDI devices|CDI device injection failed|could not inject CDI/i.test(said)) {
    return {
      why: `it does not know the GPUs that the container asks for (${why})`,
      hint: 'Install the NVIDIA Container Toolkit on the machine of the engine, and describe its GPUs: sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml',
    };
  }
  if (/could not select device driver|nvidia-container/i.test(said)) {
    return {
      why: `it cannot give GPUs to containers (${why})`,
      hint: 'Install the NVIDIA Container Toolkit on the machine of the engine, and restart the engine.',
    };
  }
  const device = /(?:adding custom device "|container create: stat )(\/dev\/[^":]+)/.exec(said)?.[1];
  if (device !== undefined) {
    return {
      why: `its machine has no device ${device} (${why})`,
      hint: 'Is the driver loaded there, and is the path under devices right?',
    };
  }
  if (/client version \S+ is too old/i.test(said))
    return { why: `it speaks newer versions of the API alone (${why})`, hint: 'Update Symphony.' };
  return { why };
}

/** The error for an engine that cannot be reached at all. */
export function unreachable(endpoint: EngineEndpoint, operation: string, cause: unknown): SymphonyError {
  if (cause instanceof SymphonyError) return cause;
  const { why, hint } = explainUnreachable(endpoint, cause);
  const where = describeEndpoint(endpoint);
  return new SymphonyError('backend-unavailable', `The engine at ${where} cannot be reached to ${operation}: ${why}.`, {
    hint,
    cause,
  });
}

const startHint = 'Start its service: sudo systemctl start docker; or systemctl --user start podman.socket.';

const hints: Readonly<Record<FailureKind, string>> = {
  unreachable: 'Does the engine run there, and is it reachable (VPN, firewall, right context)?',
  untrusted: 'ca.pem in DOCKER_CERT_PATH, or of the context, must be the authority of this engine.',
  expired: 'The certificate of the engine must be renewed. Is the clock of this machine right?',
  'not-yet-valid': 'Is the clock of this machine right?',
  'no-tls': 'Is it an engine without TLS? Then leave out DOCKER_TLS_VERIFY and DOCKER_CERT_PATH.',
  'other-name': 'Name the engine as its certificate does.',
  'client-refused': 'cert.pem and key.pem in DOCKER_CERT_PATH, or of the context, must be accepted by the engine.',
  'no-http': 'Does the engine want TLS? Then set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH.',
};

function explainUnreachable(endpoint: EngineEndpoint, cause: unknown): { readonly why: string; readonly hint: string } {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (isOnThisMachine(endpoint)) {
    if (code === 'ENOENT') return { why: 'there is no such socket', hint: startHint };
    if (code === 'ECONNREFUSED') return { why: 'nothing listens on its socket', hint: startHint };
    if (code === 'EACCES' || code === 'EPERM') {
      return {
        why: `user ${userInfo().username} may not use its socket (permission denied)`,
        hint: 'Add the user to the group of the socket (sudo usermod -aG docker USER) and log in again, or use a rootless engine.',
      };
    }
  }
  if (endpoint.host.startsWith('ssh:')) {
    const why = code === 'ENOENT' ? 'there is no ssh on the PATH' : message.replace(/\.$/, '');
    return {
      why,
      hint: `It runs ssh without a question, and docker there: try ssh ${endpoint.host.slice(6)} docker version`,
    };
  }
  const { why, kind } = explainFailure(cause);
  return { why, hint: hints[kind] };
}

/** The error for an answer that no engine gives. */
export function notAnEngine(endpoint: EngineEndpoint, operation: string, what: string): SymphonyError {
  const wantsTls = /HTTP request to an HTTPS server/i.test(what);
  const hint = wantsTls ? hints['no-http'] : 'Is the address right? A proxy may answer instead.';
  return new SymphonyError(
    'backend-unavailable',
    `What answers at ${describeEndpoint(endpoint)} is no Docker engine: asked to ${operation}, it sent ${what}.`,
    { hint },
  );
}
