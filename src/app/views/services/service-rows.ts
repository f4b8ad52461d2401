import type { ProcessDescription } from '../../../engine/contract/backend.ts';
import { formatProcess, type ServiceStatus } from '../../../engine/contract/status.ts';
import { formatServiceAddress } from '../../../engine/text/format-address.ts';
import type { Column } from '../../shell/lists/column.ts';

/** A service and the processes that offer or use it. */
export interface ServiceRow {
  readonly service: ServiceStatus;
  /** The processes that bind or expose it. */
  readonly owners: readonly string[];
  readonly connected: readonly string[];
}

export function buildServiceRows(
  services: readonly ServiceStatus[],
  members: readonly Pick<ProcessDescription, 'group' | 'name' | 'bind' | 'connect' | 'expose'>[],
): ServiceRow[] {
  return services.map((service) => ({
    service,
    owners: members
      .filter(({ bind, expose }) => bind.includes(service.name) || expose.includes(service.name))
      .map(formatProcess),
    connected: members.filter(({ connect }) => connect.includes(service.name)).map(formatProcess),
  }));
}

export const serviceColumns: readonly Column<ServiceRow, unknown>[] = [
  {
    id: 'name',
    title: 'SERVICE',
    width: 14,
    maximumWidth: 30,
    priority: 10,
    cell: ({ service }) => ({ text: service.name }),
    sortValue: ({ service }) => service.name,
  },
  {
    id: 'kind',
    title: 'KIND',
    width: 7,
    priority: 8,
    cell: ({ service }) => ({ text: service.kind, role: service.kind === 'expose' ? 'accent' : 'dim' }),
    sortValue: ({ service }) => service.kind,
  },
  {
    id: 'address',
    title: 'ADDRESS',
    width: 22,
    maximumWidth: 48,
    priority: 9,
    cell: ({ service }) => ({ text: formatServiceAddress(service) }),
    sortValue: ({ service }) => service.port,
  },
  {
    id: 'owner',
    title: 'BOUND BY',
    width: 12,
    maximumWidth: 30,
    priority: 7,
    cell: ({ owners }) => ({ text: owners.join(' ') }),
    sortValue: ({ owners }) => owners.join(' '),
  },
  {
    id: 'connected',
    title: 'CONNECTED',
    width: 10,
    grows: true,
    priority: 6,
    cell: ({ connected }) => ({
      text: connected.length > 3 ? `${connected.length}: ${connected.join(' ')}` : connected.join(' '),
      role: 'dim',
    }),
    sortValue: ({ connected }) => connected.length,
  },
];
