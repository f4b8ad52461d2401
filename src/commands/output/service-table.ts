import type { ServiceStatus } from '../../engine/contract/status.ts';
import type { Column } from './table.ts';

/** The address of a service: its URL if it is exposed, else host and port. */
export function formatAddress(service: Pick<ServiceStatus, 'host' | 'port' | 'url'>): string {
  return service.url ?? `${service.host.includes(':') ? `[${service.host}]` : service.host}:${service.port}`;
}

export const serviceColumns: readonly Column<ServiceStatus>[] = [
  { title: 'Service', cell: ({ name }) => name },
  { title: 'Kind', cell: ({ kind }) => kind },
  { title: 'Address', cell: formatAddress },
];
