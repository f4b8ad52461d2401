import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Cluster } from '../../../src/engine/client/cluster.ts';
import type { Backend } from '../../../src/engine/contract/backend.ts';
import type { NoticeTarget } from '../../../src/engine/contract/notices.ts';
import { overrideSetting } from '../../../src/engine/settings/config.ts';

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
    { path: 'setting notify.desktop', message: expect.stringContaining('command that watches') },
  ]);
  expect((await notes(undefined)).map(({ path }) => path)).toEqual(all.map((target) => `setting notify.${target}`));
  expect(JSON.stringify(await notes(undefined))).not.toContain('secret-token');
});

test('a plan says nothing where no notices are wanted', async () => {
  vi.stubEnv('SYMPHONY_NOTIFY', '{}');
  expect(await notes(undefined)).toEqual([]);
});

describe('experiments are named', () => {
  /** A cluster whose backend has these experiments, and what it was asked for. */
  function clusterOf(names: readonly string[]) {
    const asked: string[] = [];
    const backend = {
      name: 'cloud',
      capabilities: {},
      listExperimentNames: async () => {
        asked.push('names');
        return names;
      },
      spec: async (name: string) => {
        asked.push(name);
        return {};
      },
      close: async () => {
        asked.push('close');
      },
    } as unknown as Backend;
    return { cluster: new Cluster(backend), asked };
  }
  afterEach(() => overrideSetting('program', 'username', undefined));

  test('as their authors named them, or by the name on the cluster', async () => {
    const { cluster, asked } = clusterOf(['sarah-rl', 'shared', 'sarah-shared']);
    for (const name of ['rl', 'unknown']) await cluster.spec(name);
    expect(asked).toEqual(['rl', 'unknown']);
    overrideSetting('program', 'username', 'sarah');
    asked.length = 0;
    for (const name of ['rl', 'sarah-rl', 'shared', 'unknown']) await cluster.spec(name);
    expect(asked).toEqual(['names', 'sarah-rl', 'sarah-rl', 'names', 'shared', 'names', 'unknown']);
  });

  test('by what declares them', async () => {
    const { cluster, asked } = clusterOf([]);
    overrideSetting('program', 'username', 'sarah');
    const experiment = cluster.newExperiment('rl');
    expect(experiment.name).toBe('sarah-rl');
    overrideSetting('program', 'username', 'bob');
    await cluster.spec(experiment);
    expect(asked).toEqual(['sarah-rl']);
  });

  test('and a cluster is closed at the end of its block', async () => {
    const { cluster, asked } = clusterOf([]);
    {
      await using open = cluster;
      await open.spec('rl');
    }
    expect(asked).toEqual(['rl', 'close']);
  });
});
