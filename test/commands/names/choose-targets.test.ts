import { describe, expect, it } from 'vitest';
import { chooseExperimentFor, chooseTarget, chooseTargets } from '../../../src/commands/names/choose-targets.ts';
import type { CommandContext } from '../../../src/commands/program/command.ts';
import { Cluster } from '../../../src/engine/client/cluster.ts';
import type { Backend } from '../../../src/engine/contract/backend.ts';
import { noTerminal } from '../support/chooser.ts';
import { learner } from '../support/statuses.ts';

const replay = { ...learner, name: 'replay' };

/** The context of a command without a terminal, on a cluster with the experiments rl and sweep. */
function contextOf(capabilities: Backend['capabilities']): { context: CommandContext; asked: string[] } {
  const asked: string[] = [];
  const backend = {
    name: 'memory',
    capabilities,
    listExperimentNames: async () => {
      asked.push('names');
      return ['rl', 'sweep'];
    },
    listProcesses: async (experiment: string) => {
      asked.push(experiment);
      return [learner, replay];
    },
  } as unknown as Backend;
  const cluster = new Cluster(backend);
  return { context: { ...noTerminal, cluster: async () => cluster } as unknown as CommandContext, asked };
}

const stop = { stop: { stop: async () => {} } };

describe('what a command acts on', () => {
  it('is refused before anything is asked where the backend cannot do it', async () => {
    const { context, asked } = contextOf({});
    await expect(chooseTarget(context, 'exec', { experiment: 'rl', target: 'learner' })).rejects.toMatchObject({
      code: 'unsupported',
    });
    expect(asked).toEqual([]);
  });

  it('is the named experiment, with the capability and the process', async () => {
    const { context, asked } = contextOf(stop);
    const found = await chooseTarget(context, 'stop', { experiment: 'rl', target: 'repl' });
    expect(found).toMatchObject({ experiment: 'rl', chosen: replay, capability: stop.stop });
    expect(asked.at(-1)).toBe('rl');
  });

  it('is each process of several targets', async () => {
    const { context } = contextOf(stop);
    const { chosen } = await chooseTargets(
      context,
      'stop',
      { experiment: 'rl', targets: ['replay', 'learner'] },
      'Stop',
    );
    expect(chosen.map(({ name }) => name).sort()).toEqual(['learner', 'replay']);
  });

  it('is not found under a name that no experiment has, with the nearest', async () => {
    const { context } = contextOf(stop);
    await expect(chooseExperimentFor(context, 'stop', 'sweeep')).rejects.toMatchObject({
      code: 'not-found',
      hint: 'Did you mean sweep?',
    });
  });
});
