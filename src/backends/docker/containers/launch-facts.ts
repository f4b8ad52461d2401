import type { EngineEndpoint } from '../api/connection/engine-endpoint.ts';

/** What a launch determines beyond the spec. It is kept in the record, as text. */
export interface LaunchFacts {
  readonly endpoint: EngineEndpoint;
  readonly isPodman: boolean;
  /** Whether the engine sees the files of this machine. */
  readonly isLocal: boolean;
  /** The user as whom files on this machine are written through a mount, `uid:gid`; absent where root in a container is that. */
  readonly user?: string;
  /** The address of the engine's machine at which exposed services are published. */
  readonly publishAddress: string;
  /** The log driver of the containers: one that rotates. */
  readonly logDriver: 'local' | 'json-file' | 'k8s-file';
}

const field = 'docker';

export function writeFacts(facts: LaunchFacts): Readonly<Record<string, string>> {
  return { [field]: JSON.stringify(facts) };
}

/** Undefined if the options are not those of a launch on an engine. */
export function readFacts(options: Readonly<Record<string, string>> | undefined): LaunchFacts | undefined {
  const text = options?.[field];
  return text === undefined ? undefined : (JSON.parse(text) as LaunchFacts);
}

/** Where people reach what is published: the machine of the engine. */
export function visitHost({ endpoint, publishAddress }: LaunchFacts): string {
  const isAny = publishAddress === '0.0.0.0' || publishAddress === '::';
  if (!isAny) return publishAddress;
  if (endpoint.host.startsWith('unix:')) return '127.0.0.1';
  return new URL(endpoint.host.replace(/^\w+:/, 'http:')).hostname.replace(/^\[(.*)\]$/, '$1');
}
