import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import '../src/backends/index.ts';
import { planOnKube } from '../src/backends/kube/section/kube-plan.ts';
import { planOnHost } from '../src/backends/supervision/keeper/backend/plan-on-host.ts';
import { parseSpec } from '../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../src/engine/spec/resolve/resolve-experiment.ts';
import { trainingSpecs } from './support/training-guide.ts';

const texts = trainingSpecs();

it('the guide declares each of its experiments whole', () => {
  expect(texts.map((text) => parse(text).name)).toEqual([
    'ddp',
    'actors',
    'parameters',
    'torchrun',
    'environments',
    'conda',
  ]);
});

describe.each(texts.map((text) => [parse(text).name as string, text] as const))('%s', (_, text) => {
  it('is accepted by every backend, with every rule', () => {
    const resolved = resolveExperiment(parseSpec(parse(text), { baseDir: '/work' }));
    for (const plan of [planOnHost('local', resolved), planOnHost('tmux', resolved), planOnKube(resolved)])
      expect([plan.backend, plan.notes]).toEqual([plan.backend, []]);
  });
});

it('the guide is named where readers look for it', () => {
  expect(readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')).toContain('docs/training.md');
});
