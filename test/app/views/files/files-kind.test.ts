import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { AppOptions } from '../../../../src/app/shell/context/options.ts';
import { loadSpec } from '../../../../src/engine/spec/source/load-spec.ts';
import { test as base } from '../../support/app-test.ts';

const test = base.extend('options', async ({ task: _ }, { onCleanup }): Promise<Partial<AppOptions>> => {
  const folder = await mkdtemp(join(tmpdir(), 'symphony-files-'));
  onCleanup(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'deeper'));
  await mkdir(join(folder, 'node_modules'));
  const spec = 'name: good\nprocesses:\n  main: { command: sleep 1, replicas: 3 }\n';
  await writeFile(join(folder, 'good.yaml'), spec);
  await writeFile(join(folder, 'deeper', 'broken.yaml'), 'name: bad\nprocesses:\n  main: { comand: sleep 1 }\n');
  await writeFile(join(folder, 'node_modules', 'other.yaml'), spec);
  await writeFile(join(folder, 'values.yaml'), 'image: x\n');
  return { workingDirectory: folder, loadSpec };
});

describe('the experiment files', () => {
  test('are those that declare an experiment, nearest first, with what is wrong with them', async ({
    open,
    options,
  }) => {
    const app = await open({ options });
    await app.perform('launch');
    const [, ...rows] = app.rows();
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatch(/good\.yaml +good +3 processes/);
    expect(rows[1]).toMatch(/deeper\/broken\.yaml +✗ /);
    await app.perform('down');
    const state = app.store.getState();
    const view = app.view();
    expect(app.context.views.kindOf(view).status(state, view).left).toMatch(/no such field/);
  });

  test('a broken one says why, and opens nothing', async ({ open, options }) => {
    const app = await open({ options });
    await app.perform('launch');
    await app.perform('bottom');
    await app.perform('open');
    expect(app.view().kind).toBe('files');
    expect(app.told()).toEqual([expect.stringMatching(/error: .*broken\.yaml/)]);
  });

  test('enter, and the key that opened them, show the plan of the selected one', async ({ open, options }) => {
    const app = await open({ options });
    await app.perform('launch');
    for (const action of ['open', 'launch']) {
      await app.perform(action);
      expect(app.view()).toMatchObject({ kind: 'plan', title: 'plan of good.yaml' });
      await app.perform('back');
    }
    expect(app.view().kind).toBe('files');
  });
});
