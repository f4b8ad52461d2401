import type { Capabilities, CapabilityName } from '../contract/capabilities.ts';
import { SymphonyError } from '../contract/errors.ts';

/** What a capability is asked of: a `Cluster`. */
export interface CapabilityOwner {
  /** The backend's name. */
  readonly backend: string;
  readonly capabilities: Capabilities;
}

/**
 * The cluster's capability of that name.
 * @throws SymphonyError `unsupported` if this backend does not have it
 */
export function requireCapability<Name extends CapabilityName>(
  cluster: CapabilityOwner,
  name: Name,
): NonNullable<Capabilities[Name]> {
  const capability = cluster.capabilities[name];
  if (capability === undefined) {
    throw new SymphonyError('unsupported', `The ${cluster.backend} backend ${lacks[name] ?? `cannot ${name}`}.`);
  }
  return capability as NonNullable<Capabilities[Name]>;
}

/** What a backend without the capability does not do, where its name is no verb. */
const lacks: Readonly<Partial<Record<CapabilityName, string>>> = {
  events: 'keeps no events',
  metrics: 'gives no metrics',
  shell: 'opens no shells',
  check: 'checks no specs',
  logBytes: 'gives no logs as bytes',
};
