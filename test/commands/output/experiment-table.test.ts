import { expect, it } from 'vitest';
import { experimentColumns } from '../../../src/commands/output/experiment-table.ts';
import { formatTable } from '../../../src/commands/output/table.ts';
import { experiment, now } from '../support/statuses.ts';

it('shows experiments, and which is current', async () => {
  const looks = { now, current: 'rl' };
  expect(await formatTable(experimentColumns(false, looks), [experiment])).toEqual([
    '   Name  State     Ready  Failed   Age',
    '*  rl    degraded    1/2       1  1.0h',
  ]);
  const placed = { ...experiment, place: 'namespace team-a' };
  expect(await formatTable(experimentColumns(false, looks), [placed])).toEqual([
    '   Name  Place             State     Ready  Failed   Age',
    '*  rl    namespace team-a  degraded    1/2       1  1.0h',
  ]);
  const [, wide] = await formatTable(experimentColumns(true, looks), [experiment]);
  expect(wide).toContain('dashboard=http://127.0.0.1:7001/');
});
