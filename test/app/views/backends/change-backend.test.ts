import { expect } from 'vitest';
import type { ClusterChoice } from '../../../../src/app/shell/context/options.ts';
import { Cluster } from '../../../../src/engine/client/cluster.ts';
import { test } from '../../support/app-test.ts';
import { MemoryBackend } from '../../support/memory-backend.ts';
import { anExperiment } from '../../support/statuses.ts';

function choice(name: string, fields: Partial<ClusterChoice> = {}): ClusterChoice {
  return {
    name,
    summary: `${name} it is`,
    check: async () => ({ works: true, detail: '' }),
    load: async () => new Cluster(new MemoryBackend([anExperiment('elsewhere', [])])),
    ...fields,
  };
}

const clusters = [
  choice('memory'),
  choice('second'),
  choice('broken', { check: async () => ({ works: false, detail: 'It is not installed.' }) }),
];

test('shows which backends work here, with the cursor on the one in use', async ({ open }) => {
  const app = await open({ options: { clusters } });
  await app.perform('backends');
  expect(app.view()).toMatchObject({ kind: 'backends', list: { cursor: 'memory' } });
  const rows = app.rows().join('\n');
  expect(rows).toMatch(/memory \* +● yes/);
  expect(rows).toMatch(/broken +✗ no +It is not installed\./);
  await app.perform('backends');
  expect(app.store.getState().views).toHaveLength(2);
});

test('changes to a backend, and begins with its experiments', async ({ open }) => {
  const app = await open({ options: { clusters } });
  await app.perform('backends');
  await app.perform('down');
  await app.perform('open');
  expect(app.view().kind).toBe('experiments');
  await expect.poll(() => app.rows().join('\n')).toMatch(/elsewhere/);
});

test('refuses one that does not work here, and says why', async ({ open }) => {
  const app = await open({ options: { clusters } });
  await app.perform('backends');
  await app.perform('bottom');
  await app.perform('open');
  expect(app.told()).toEqual(['error: The broken backend does not work here. | It is not installed.']);
  expect(app.view().kind).toBe('backends');
});

test('goes back from the list on the one in use', async ({ open }) => {
  const app = await open({ options: { clusters } });
  await app.perform('backends');
  await app.perform('open');
  expect(app.view().kind).toBe('experiments');
});
