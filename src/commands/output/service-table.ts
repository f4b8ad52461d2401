import type { ServiceStatus } from '../../engine/contract/status.ts';
import { formatServiceAddress } from '../../engine/text/format-address.ts';
import type { Column } from './table.ts';

export const serviceColumns: readonly Column<ServiceStatus>[] = [
  { title: 'Service', cell: ({ name }) => name },
  { title: 'Kind', cell: ({ kind }) => kind },
  { title: 'Address', cell: formatServiceAddress },
];
