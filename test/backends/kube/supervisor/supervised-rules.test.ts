import { expect, it } from 'vitest';
import { supervisedRules } from '../../../../src/backends/kube/supervisor/supervised-rules.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';

const rules = (draft: object) =>
  supervisedRules(resolveExperiment(parseSpec({ name: 'x', ...draft }, { baseDir: '/' }))).map(
    ({ path, isStrict }) => `${path} ${isStrict}`,
  );

it('an experiment without rules needs no supervisor', () => {
  expect(rules({ processes: { a: { command: 'x', replicas: 3 } } })).toEqual([]);
});

it('each rule is named once, and restarts alone are kept in part without a supervisor', () => {
  expect(rules({ processes: { a: { command: 'x', restart: 'always', replicas: 3 } } })).toEqual([
    'processes.a.restart false',
  ]);
  const processes = { a: { command: 'x', restart: 'on-failure', maxRestarts: 1 } };
  expect(rules({ onFailure: 'stop', processes })).toEqual([
    'onFailure true',
    'processes.a.maxRestarts true',
    'processes.a.restart false',
  ]);
});
