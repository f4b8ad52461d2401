import { type EngineEndpoint, isOnThisMachine } from '../api/connection/engine-endpoint.ts';
import { type EngineInfo, isRootless, remapsUsers } from '../api/engine-objects.ts';

/** What a launch determines beyond the spec. It is kept in the record, as text. */
export interface LaunchFacts {
  readonly endpoint: EngineEndpoint;
  readonly isPodman: boolean;
  /** Whether the engine sees the files of this machine. */
  readonly isLocal: boolean;
  /** The user of a container who is the launching user outside of it, `uid:gid`; absent for engines of other machines. */
  readonly user?: string;
  /** Whether the engine maps the users of containers to others, unless a container says otherwise. */
  readonly remapsUsers?: true;
  /** The address of the engine's machine at which exposed services are published. */
  readonly publishAddress: string;
  /** The log driver of the containers: one that rotates. */
  readonly logDriver: 'local' | 'json-file' | 'k8s-file';
}

const field = 'docker';

export interface FactSources {
  readonly endpoint: EngineEndpoint;
  readonly isPodman: boolean;
  readonly info: EngineInfo;
  readonly publishAddress: string;
  /** The launching user. */
  readonly uid: number;
  readonly gid: number;
}

/** Puts together what a launch needs to know of its engine. */
export function launchFacts({ endpoint, isPodman, info, publishAddress, uid, gid }: FactSources): LaunchFacts {
  const isLocal = isOnThisMachine(endpoint);
  // Of an engine without root, the root of containers is the user whose engine it is.
  const user = isRootless(info) ? '0:0' : `${uid}:${gid}`;
  const hasLocalDriver = info.Plugins?.Log?.includes('local') ?? false;
  return {
    endpoint,
    isPodman,
    isLocal,
    ...(isLocal ? { user } : {}),
    ...(isLocal && remapsUsers(info) ? { remapsUsers: true } : {}),
    publishAddress,
    logDriver: isPodman ? 'k8s-file' : hasLocalDriver ? 'local' : 'json-file',
  };
}

export function writeFacts(facts: LaunchFacts): Readonly<Record<string, string>> {
  return { [field]: JSON.stringify(facts) };
}

/** Undefined if the options are not those of a launch on an engine. */
export function readFacts(options: Readonly<Record<string, string>> | undefined): LaunchFacts | undefined {
  const text = options?.[field];
  return text === undefined ? undefined : (JSON.parse(text) as LaunchFacts);
}

/**
 * Whether exposed services are published. The loopback address of another machine is of no use to people here,
 * and would only take ports there.
 */
export function isPublished({ isLocal, publishAddress }: Pick<LaunchFacts, 'isLocal' | 'publishAddress'>): boolean {
  return isLocal || !/^(127\.|::1$)/.test(publishAddress);
}

/** Where people reach what is published: the machine of the engine. */
export function visitHost({ endpoint, publishAddress }: LaunchFacts): string {
  const isAny = publishAddress === '0.0.0.0' || publishAddress === '::';
  if (!isAny) return publishAddress;
  if (endpoint.host.startsWith('unix:')) return '127.0.0.1';
  return new URL(endpoint.host.replace(/^\w+:/, 'http:')).hostname.replace(/^\[(.*)\]$/, '$1');
}
