import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesExperiment, splitExperimentWord } from '../../../../src/engine/client/names/experiment-word.ts';
import type { ProcessStatus } from '../../../../src/engine/contract/status.ts';
import { names } from '../../support/arbitraries.ts';

function status(target: string): ProcessStatus {
  const [name = '', group = null] = target.split('/').reverse();
  return { experiment: 'rl', group, name, state: 'running', ready: true, restarts: 0, ports: {}, command: 'x' };
}

const processes = ['learner', 'url-server', 'agents/agent-0', 'agents/agent-1'].map(status);

function split(words: readonly string[], experiments: readonly string[] = ['rl', 'agent'], username = '') {
  return splitExperimentWord(words, { processes, experiments, username });
}

describe('the last word', () => {
  it('is the experiment of that whole name, even where it is a part of a name of a process', () => {
    expect(split(['learner', 'rl'])).toEqual({ targets: ['learner'], experiment: 'rl' });
    expect(split(['rl'])).toEqual({ targets: [], experiment: 'rl' });
  });

  it('is a target where it is the whole name of a process, a group or a declaration', () => {
    for (const target of ['agent', 'agents', 'agents/', 'agent-0', 'agents/agent-1', 'learner']) {
      expect(split(['rl', target], [target, 'rl']), target).toEqual({ targets: ['rl', target] });
    }
  });

  it('is a target where no experiment has this whole name', () => {
    expect(split(['learner', 'r'])).toEqual({ targets: ['learner', 'r'] });
    expect(split(['learner', 'rl'], ['rl-2', 'my-rl'])).toEqual({ targets: ['learner', 'rl'] });
    expect(split([])).toEqual({ targets: [] });
  });

  it('is given back with the others, as it was written', () => {
    fc.assert(
      fc.property(fc.array(names), fc.array(names), (words, experiments) => {
        const { targets, experiment } = split(words, experiments);
        expect([...targets, ...(experiment === undefined ? [] : [experiment])]).toEqual(words);
      }),
    );
  });
});

it('an experiment may be named without its username and its place', () => {
  expect(namesExperiment('rl', ['sarah-rl'], 'sarah')).toBe(true);
  expect(namesExperiment('rl', ['team-a/rl', 'team-b/rl'], '')).toBe(true);
  expect(namesExperiment('rl', ['sarah-rl'], '')).toBe(false);
});
