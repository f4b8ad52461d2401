import { expect, it } from 'vitest';
import { readCurrentExperiment, writeCurrentExperiment } from '../../../src/engine/client/current-experiment.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

scratchFolder();

it('is stored for each backend, and can be removed', async () => {
  expect(await readCurrentExperiment('local')).toBe(null);
  await writeCurrentExperiment('local', 'rl');
  await writeCurrentExperiment('kube', 'other');
  await writeCurrentExperiment('../odd name/', 'third');
  expect(await readCurrentExperiment('local')).toBe('rl');
  expect(await readCurrentExperiment('kube')).toBe('other');
  expect(await readCurrentExperiment('../odd name/')).toBe('third');
  await writeCurrentExperiment('local', null);
  await writeCurrentExperiment('tmux', null);
  expect(await readCurrentExperiment('local')).toBe(null);
  expect(await readCurrentExperiment('kube')).toBe('other');
});

it('is the complete choice of one writer when many write at once', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `rl-${index}-${'x'.repeat(index)}`);
  await Promise.all(names.map((name) => writeCurrentExperiment('local', name)));
  expect(names).toContain(await readCurrentExperiment('local'));
});
