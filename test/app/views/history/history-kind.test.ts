import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Archive } from '../../../../src/engine/history/archive.ts';
import { History } from '../../../../src/engine/history/history.ts';
import { historyFolder } from '../../../../src/engine/history/history-folder.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { scratchFolder } from '../../../engine/support/scratch-folder.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { test } from '../../support/app-test.ts';
import { anExperiment, aProcess, describedExperiment } from '../../support/statuses.ts';

scratchFolder();
const main = { group: null, name: 'learner' };

async function archive(experiment: string, launchId: string, { backend = 'memory', lines = 1 } = {}) {
  const begun = await Archive.begin(experiment);
  const text = Array.from({ length: lines }, (_, index) => `line ${index} of ${launchId}\n`).join('');
  await begun.addLog(main, { starts: [[1, 0]], times: [], dropped: 0 }, [Buffer.from(text)]);
  const spec = parseSpec({ name: experiment, processes: { learner: { command: 'true' } } }, { baseDir: '/' });
  const snapshot = anExperiment(experiment, [aProcess('learner', { experiment })]);
  const description = { ...describedExperiment(snapshot), spec };
  await begun.commit({ experiment, backend, launchId, how: 'deleted', state: 'running', spec, description, notes: [] });
}

test('lists past experiments, the newest first', async ({ open }) => {
  await archive('rl', 'a');
  await archive('eval', 'b');
  const app = await open();
  await app.perform('history');
  expect(app.view().kind).toBe('history');
  const rows = app.rows();
  expect(rows[0]).toMatch(/NAME\s+ENDED\s+DELETED/);
  expect(rows[1]).toMatch(/eval\.1\s+deleted while running/);
  expect(rows[2]).toMatch(/rl\.1\s+deleted while running/);
});

test('says that nothing is there', async ({ open }) => {
  const app = await open();
  await app.perform('history');
  expect(app.rows().join('\n')).toContain('The history is empty.');
  await app.perform('open');
  expect(app.view().kind).toBe('history');
});

test('describes one, and shows its logs from there', async ({ open }) => {
  await archive('rl', 'a', { lines: 3 });
  const app = await open();
  await app.perform('history');
  await app.perform('open');
  expect(app.view()).toMatchObject({ kind: 'past', title: 'rl.1' });
  expect(app.rows().join('\n')).toMatch(/entry\s+rl\.1\b/);
  await app.perform('logs');
  expect(app.view().kind).toBe('logs');
  await waitFor(() => app.rows().join('\n').includes('line 2 of a'));
  // The cluster does not have it, so that actions on an experiment have no target.
  await app.perform('describe');
  expect(app.told()).toEqual([]);
});

test('restores one through its plan', async ({ open }) => {
  await archive('rl', 'a');
  await archive('other', 'b', { backend: 'elsewhere' });
  const app = await open({ experiments: [] });
  await app.perform('history');
  const restoring = app.perform('restore');
  const question = await app.asked('confirm');
  expect(question).toMatchObject({ title: 'Restore other.1 on memory?', verb: 'restore' });
  question.answer(false);
  await restoring;
  expect(app.view().kind).toBe('history');
  await app.perform('down');
  await app.perform('restore');
  expect(app.view().kind).toBe('plan');
  await app.perform('launch');
  expect(app.backend.launched).toEqual(['rl']);
  expect(app.view()).toMatchObject({ kind: 'processes', experiment: 'rl' });
});

test('removes the marked ones after a question', async ({ open }) => {
  for (const id of ['a', 'b', 'c']) await archive('rl', id);
  const app = await open();
  await app.perform('history');
  await app.perform('mark');
  await app.perform('mark');
  const refused = app.perform('remove');
  (await app.asked('confirm')).answer(false);
  await refused;
  expect(await new History().list()).toHaveLength(3);
  const removing = app.perform('remove');
  const question = await app.asked('confirm');
  expect(question.title).toBe('Remove 2 past experiments from the history?');
  question.answer(true);
  await removing;
  expect((await new History().list()).map(({ name }) => name)).toEqual(['rl.1']);
  expect(app.rows().filter((row) => row.includes('rl.'))).toHaveLength(1);
});

test('shows a damaged one with what is left of it', async ({ open }) => {
  await archive('rl', 'a');
  await writeFile(join(historyFolder(), 'rl.1', 'description.json'), '{"');
  await mkdir(join(historyFolder(), 'rl.2'));
  const app = await open();
  await app.perform('history');
  await app.perform('open');
  expect(app.rows().join('\n')).toMatch(/Logs[\s\S]*learner/);
});
