import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Cluster } from '../../../src/engine/client/cluster.ts';
import type { Backend } from '../../../src/engine/contract/backend.ts';
import type { NoticeTarget } from '../../../src/engine/contract/notices.ts';

const all: readonly NoticeTarget[] = ['command', 'webhook', 'desktop'];
const plan = { backend: 'cloud', experiment: 'rl', notes: [], documents: [] };

/** The notes that a cluster adds whose backend tells these targets. */
async function notes(tells: readonly NoticeTarget[] | undefined) {
  const backend = { name: 'cloud', capabilities: {}, ...(tells && { tells }) } as unknown as Backend;
  return (await new Cluster(backend).withSettingNotes(plan)).notes;
}

beforeEach(() => {
  vi.stubEnv('SYMPHONY_NOTIFY', JSON.stringify({ command: 'true', webhook: 'https://x/secret-token', desktop: true }));
});
afterEach(() => {
  vi.unstubAllEnvs();
});

test('a plan says which targets of notices its backend does not tell', async () => {
  expect(await notes(all)).toEqual([]);
  expect(await notes(['webhook'])).toMatchObject([
    { verdict: 'not-enforced', path: 'setting notify.command', hint: expect.stringContaining('or a webhook') },
    { path: 'setting notify.desktop', message: expect.stringContaining('launch --attached') },
  ]);
  expect((await notes(undefined)).map(({ path }) => path)).toEqual(all.map((target) => `setting notify.${target}`));
  expect(JSON.stringify(await notes(undefined))).not.toContain('secret-token');
});

test('a plan says nothing where no notices are wanted', async () => {
  vi.stubEnv('SYMPHONY_NOTIFY', '{}');
  expect(await notes(undefined)).toEqual([]);
});
