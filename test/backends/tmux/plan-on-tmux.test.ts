import '../../../src/backends/index.ts';
import { expect, test } from 'vitest';
import { planOnTmux } from '../../../src/backends/tmux/plan-on-tmux.ts';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../src/engine/spec/resolve/resolve-experiment.ts';

test('the plan names the windows', () => {
  const spec = parseSpec(
    {
      name: 'rl',
      processes: { a: { command: 'x' } },
      groups: { g: { processes: { b: { command: 'y' } } } },
    },
    { baseDir: '/' },
  );
  const { backend, documents } = planOnTmux(resolveExperiment(spec));
  expect(backend).toBe('tmux');
  expect(documents).toMatchObject([
    { process: 'a', window: 'a' },
    { process: 'g/b', window: 'g:b' },
  ]);
});
