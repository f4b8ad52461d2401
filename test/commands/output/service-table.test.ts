import { expect, it } from 'vitest';
import { serviceColumns } from '../../../src/commands/output/service-table.ts';
import { formatTable } from '../../../src/commands/output/table.ts';

it('shows services with the addresses that people use', async () => {
  const services = [
    { name: 'replay', kind: 'bind', host: '::1', port: 80 },
    { name: 'web', kind: 'expose', host: '127.0.0.1', port: 81, url: 'http://127.0.0.1:81/' },
  ] as const;
  expect(await formatTable(serviceColumns, services)).toEqual([
    'Service  Kind    Address',
    'replay   bind    [::1]:80',
    'web      expose  http://127.0.0.1:81/',
  ]);
});
