import { expect, test } from 'vitest';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';
import { declaredLimits } from '../../../src/engine/spec/resolve/declared-limits.ts';
import { resolveExperiment } from '../../../src/engine/spec/resolve/resolve-experiment.ts';
import { describeLimits } from '../../../src/engine/text/describe-limits.ts';

function limits(fields: object) {
  const processes = { main: { command: 'true', ...fields }, prepare: { command: 'true' } };
  const groups = { agents: { processes: { agent: { command: 'true' } } } };
  const [main] = resolveExperiment(parseSpec({ name: 'rl', processes, groups })).processes;
  return main === undefined ? [] : describeLimits(declaredLimits(main));
}

test('only what the spec sets is described', () => {
  expect(limits({})).toEqual([]);
});

test('the shell and the preamble are described', () => {
  expect(limits({ shell: ['bash', '-l'], preamble: ['module load cuda', 'cd run'] })).toEqual([
    ['Shell', 'bash -l'],
    ['Preamble', 'module load cuda; cd run'],
  ]);
});

test('resources, conditions and limits are described in words', () => {
  expect(
    limits({
      resources: { cpu: 0.5, memory: '4Gi', gpu: 2 },
      after: { prepare: 'succeeded', agents: 'ready' },
      maxDuration: '12h',
      alive: { silence: '10m' },
    }),
  ).toEqual([
    ['Resources', '0.5 CPU, 4 GiB of memory, 2 GPUs'],
    ['After', 'prepare succeeded, agents/agent ready'],
    ['Max duration', '12h'],
    ['Hangs', 'if it writes nothing for 10m'],
  ]);
  expect(limits({ resources: { gpu: 0 } })).toEqual([['Resources', '0 GPUs']]);
});

test('a check that is repeated is described with its command or service', () => {
  const command = { command: ['curl', '-f', 'localhost'], every: '5s', failures: 1 };
  expect(limits({ alive: command })).toEqual([['Hangs', 'if curl -f localhost fails, checked every 5s']]);
  expect(limits({ bind: 'api', alive: { service: 'api' } })).toEqual([
    ['Hangs', 'if service api does not accept connections 3 times in a row, checked every 10s'],
  ]);
});
