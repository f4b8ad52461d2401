import { expect, it } from 'vitest';
import { buildServiceRows } from '../../../../src/app/views/services/service-rows.ts';

it('lists the processes that offer and use a service', () => {
  const service = { name: 'api', kind: 'bind', host: '127.0.0.1', port: 7000 } as const;
  const member = { group: null, bind: [], connect: [], expose: [] };
  const rows = buildServiceRows(
    [service],
    [
      { ...member, name: 'server', bind: ['api'] },
      { ...member, group: 'agents', name: 'agent', connect: ['api'] },
    ],
  );
  expect(rows).toEqual([{ service, owners: ['server'], connected: ['agents/agent'] }]);
});
