import type { ServiceStatus } from '../../../engine/contract/status.ts';
import type { AssignedService } from '../../../engine/spec/resolve/networking.ts';
import { formatUrl } from '../../../engine/text/format-address.ts';
import type { KubeObject } from '../api/kube-object.ts';

/** The address of a service: the external one if it has one, else its DNS name in the cluster. */
export function serviceStatus(service: AssignedService, object: KubeObject | undefined): ServiceStatus {
  const { name, kind, host, port } = service;
  const outside = object && externalAddress(object);
  if (outside === undefined) return { name, kind, host, port };
  return { name, kind, host: outside, port, url: formatUrl(outside, port) };
}

/** The address of a service's load balancer, once it is set up. */
export function externalAddress({ spec, status }: KubeObject): string | undefined {
  const [ingress] = (status?.loadBalancer?.ingress ?? []) as readonly {
    readonly ip?: string;
    readonly hostname?: string;
  }[];
  const [external] = (spec?.externalIPs ?? []) as readonly string[];
  return ingress?.hostname ?? ingress?.ip ?? external;
}
