import { expect, it } from 'vitest';
import '../../../src/backends/index.ts';
import { processColumns } from '../../../src/commands/output/process-table.ts';
import { formatTable } from '../../../src/commands/output/table.ts';
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
