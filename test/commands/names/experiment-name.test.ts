import { describe, expect, it } from 'vitest';
import {
  chooseDoomed,
  chooseExperiment,
  chooseExperimentOfTargets,
  findStatus,
} from '../../../src/commands/names/experiment-name.ts';
import type { Cluster } from '../../../src/engine/client/cluster.ts';
import { overrideSetting } from '../../../src/engine/settings/config.ts';
import { scratchFolder } from '../../engine/support/scratch-folder.ts';
import { answering, down, enter, noTerminal } from '../support/chooser.ts';
import { agent, experiment, learner } from '../support/statuses.ts';

scratchFolder();

function clusterWith(names: readonly string[], current: string | null = null): Cluster {
  const asked: Partial<Cluster> = {
    backend: 'local',
    listExperimentNames: async () => names,
    currentExperiment: async () => current,
    listExperiments: async () => names.map((name) => ({ ...experiment, name })),
    describeExperiment: async (name) => {
      throw new Error(`There is no experiment ${name}.`);
    },
  };
  return asked as Cluster;
}

describe('the experiment that a command acts on', () => {
  const choose = (names: string[], wanted?: string, current: string | null = null, chooser = noTerminal) =>
    chooseExperiment(chooser, clusterWith(names, current), wanted);

  it('is the named one: exactly, by prefix, or by substring', async () => {
    expect(await choose(['rl', 'rl-2'], 'rl')).toBe('rl');
    expect(await choose(['rl-2', 'sl'], 'r')).toBe('rl-2');
    expect(await choose(['my-rl', 'sl'], 'rl')).toBe('my-rl');
    await expect(choose(['rl'], 'zz')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is asked for where several match and there is a terminal', async () => {
    await expect(choose(['rl-1', 'rl-2'], 'rl')).rejects.toMatchObject({ code: 'ambiguous' });
    expect(await choose(['rl-1', 'rl-2'], 'rl', null, answering(down + enter))).toBe('rl-2');
  });

  it('without a name is the current one, or the only one', async () => {
    expect(await choose(['rl', 'sl'], undefined, 'sl')).toBe('sl');
    expect(await choose(['rl'])).toBe('rl');
    expect(await choose(['rl'], undefined, 'gone')).toBe('rl');
    expect(await choose(['rl', 'sl'], undefined, 'gone', answering(enter))).toBe('rl');
  });

  it('cannot be told without a name and without a terminal, with the reason', async () => {
    await expect(choose([])).rejects.toMatchObject({ code: 'not-found', message: 'There is no experiment on local.' });
    await expect(choose(['rl', 'sl'])).rejects.toMatchObject({
      code: 'cannot-ask',
      message: 'No experiment is named and none is current; there are: rl, sl.',
    });
    await expect(choose(['rl', 'sl'], undefined, 'gone')).rejects.toThrow('The current experiment gone is gone');
    await expect(choose(['a/rl', 'b/rl'], undefined, 'rl')).rejects.toThrow('There are several experiments rl');
  });

  it('has the prefix of the username where only that exists', async () => {
    overrideSetting('flag', 'username', 'sarah');
    try {
      expect(await choose(['sarah-rl', 'tom-rl'], 'rl')).toBe('sarah-rl');
      expect(await choose(['sarah-rl', 'rl'], 'rl')).toBe('rl');
    } finally {
      overrideSetting('flag', 'username', undefined);
    }
  });
});

describe('the experiment to delete', () => {
  const choose = (asks: boolean, names: string[], wanted?: string, current: string | null = null) =>
    chooseDoomed(noTerminal, clusterWith(names, current), wanted, { asks });

  it('is the whole name where no question follows', async () => {
    expect(await choose(false, ['rl', 'rl-2'], 'rl')).toBe('rl');
    await expect(choose(false, ['rl-2'], 'rl')).rejects.toMatchObject({ code: 'not-found' });
    expect(await choose(true, ['rl-2'], 'rl')).toBe('rl-2');
  });

  it('without a name is only the current one', async () => {
    expect(await choose(true, ['rl', 'sl'], undefined, 'rl')).toBe('rl');
    await expect(choose(true, ['rl'])).rejects.toMatchObject({ code: 'cannot-ask' });
    await expect(choose(false, ['rl'], undefined, 'gone')).rejects.toMatchObject({ code: 'cannot-ask' });
  });
});

it('the status of an experiment that is gone is unknown', async () => {
  expect(await findStatus(clusterWith(['rl']), 'rl')).toMatchObject({ name: 'rl', state: 'degraded' });
  expect(await findStatus(clusterWith([]), 'rl')).toBeUndefined();
});

describe('the experiment after targets', () => {
  /** Every experiment has the processes learner and agents/agent-0; sl has a process rl, too. */
  const choose = (words: readonly string[], current: string | null, wanted?: string) => {
    const cluster = clusterWith(['rl', 'sl', 'rl-2'], current);
    cluster.listProcesses = async (name) => [learner, agent, ...(name === 'sl' ? [{ ...learner, name: 'rl' }] : [])];
    return chooseExperimentOfTargets(noTerminal, cluster, wanted, words);
  };

  it('is the last word, also where no experiment is current', async () => {
    expect(await choose(['learner', 'rl'], null)).toEqual({ experiment: 'rl', targets: ['learner'] });
    expect(await choose(['learner', 'agent', 'rl'], 'rl-2')).toEqual({
      experiment: 'rl',
      targets: ['learner', 'agent'],
    });
    expect(await choose(['rl'], 'rl-2')).toEqual({ experiment: 'rl', targets: [] });
  });

  it('is the usual one where the last word names a process of it, or no experiment', async () => {
    expect(await choose(['learner', 'rl'], 'sl')).toEqual({ experiment: 'sl', targets: ['learner', 'rl'] });
    expect(await choose(['learner', 'agents'], 'rl')).toEqual({ experiment: 'rl', targets: ['learner', 'agents'] });
    expect(await choose(['learner', 'r'], 'rl')).toEqual({ experiment: 'rl', targets: ['learner', 'r'] });
    expect(await choose([], 'rl')).toEqual({ experiment: 'rl', targets: [] });
    await expect(choose(['learner'], null)).rejects.toMatchObject({ code: 'cannot-ask' });
  });

  it('is the one of --experiment, and all words are targets then', async () => {
    expect(await choose(['learner', 'rl'], null, 'sl')).toEqual({ experiment: 'sl', targets: ['learner', 'rl'] });
  });
});
