import { expect, it } from 'vitest';
import '../../../src/backends/index.ts';
import { processColumns } from '../../../src/commands/output/process-table.ts';
import { formatTable } from '../../../src/commands/output/table.ts';
import { registerBackend } from '../../../src/engine/contract/backend-registry.ts';
import { inertBackend } from '../../engine/support/inert-backend.ts';
import { agent, learner, now } from '../support/statuses.ts';

it('shows processes', async () => {
  expect(await formatTable(processColumns(false, now), [learner, agent])).toEqual([
    'Group   Name     Ready  Restarts  State',
    '-       learner      1         2  running: 3.5m',
    'agents  agent-0      0         0  failed: exit code 3',
  ]);
});

it('shows more of processes in wide output, without empty columns', async () => {
  const [header, first, second] = await formatTable(processColumns(true, now), [learner, agent]);
  expect(header).toMatch(/CPU +Memory +Ports +Pid +Command$/);
  expect(first).toMatch(/0\.50 +1\.5 MiB +replay=7000 dashboard=7001 +4711 +python learner\.py --name 'it'\\''s'$/);
  expect(second).toMatch(/- +- +- +- +exit 3$/);
});

it('shows what only some backends know about processes, where a process has it', async () => {
  registerBackend('grid', { ...inertBackend, facts: [{ name: 'job', title: 'Job', align: 'right' }] });
  const queued: object = { ...agent, job: 12 };
  const columns = processColumns(true, now);
  const [without] = await formatTable(columns, [learner, agent]);
  expect(without).not.toContain('Job');
  const [header, first, second] = await formatTable(columns, [learner, queued as typeof agent]);
  expect(header).toMatch(/Pid +Job +Command$/);
  expect(first).toMatch(/ 4711 +- +python/);
  expect(second).toMatch(/ - +12 +exit 3$/);
});

it('shows the GPUs of processes that have some, and what is used of them', async () => {
  const gpus = [{ id: 'GPU-a', index: 0 }, { id: 'MIG-b' }];
  const trainer = { ...learner, gpu: 1.25, gpuMemory: 2 * 1024 ** 3, gpus };
  const [header, first, second] = await formatTable(processColumns(true, now), [trainer, agent]);
  expect(header).toMatch(/Memory +GPU use +GPU memory +Ports +Pid +GPUs +Command$/);
  expect(first).toMatch(/1\.5 MiB +1\.25 +2 GiB +.* 4711 +0, MIG-b +python/);
  expect(second).toMatch(/- +- +- +- +exit 3$/);
});
