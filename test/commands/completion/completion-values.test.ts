import { Command } from 'commander';
import { expect, it } from 'vitest';
import { valuesNamed, type World } from '../../../src/commands/completion/completion-values.ts';
import { findPosition } from '../../../src/commands/completion/position.ts';
import type { Cluster } from '../../../src/engine/client/cluster.ts';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';
import { agent, experiment, learner } from '../support/statuses.ts';

const program = new Command('symphony').option('-e, --experiment <name>');
program.command('logs').usage('[options] [targets...] [experiment]').argument('[targets...]');
program.command('visit').argument('<service>').argument('[experiment]');
program.command('config').helpCommand(false).command('get');
program.helpCommand(false);
program.addCommand(new Command('help').argument('[command-or-topic...]'));

const declared = {
  processes: { agent: { command: 'x', replicas: 2 }, learner: { command: 'x' } },
  groups: { pair: { replicas: 1, processes: { worker: { command: 'x', replicas: 3 } } } },
};

/** A cluster with one experiment; only what completion asks for. */
function world(current: string | null, names: readonly string[] = ['rl']): World {
  const asked: Partial<Cluster> = {
    listExperiments: async () => names.map((name) => ({ ...experiment, name })),
    listExperimentNames: async () => names,
    listProcesses: async (name) => (name === 'rl' ? [learner, agent] : []),
    currentExperiment: async () => current,
    spec: async (name) => parseSpec({ name, ...declared }),
  };
  return { cluster: async () => asked as Cluster };
}

const words = async (name: string, typed: readonly string[], from = world(null)) => {
  const { candidates, files } = await valuesNamed(name, findPosition(program, typed), from);
  return [candidates.map(({ word }) => word), files];
};

it('processes are those of the named, the current or the only experiment', async () => {
  const processes = ['learner', 'agents/agent-0'];
  expect(await words('target', ['visit', 'web', 'rl', ''])).toEqual([processes, false]);
  expect(await words('target', ['visit', '-e', 'rl', ''], world(null, ['rl', 'sl']))).toEqual([processes, false]);
  expect(await words('target', ['visit', ''], world('rl', ['rl', 'sl']))).toEqual([processes, false]);
  expect(await words('target', ['visit', ''], world(null))).toEqual([processes, false]);
  expect(await words('target', ['visit', ''], world(null, ['rl', 'sl']))).toEqual([[], false]);
  expect(await words('target', ['visit', ''], world('gone', ['rl', 'sl']))).toEqual([[], false]);
});

it('experiments follow the processes of a command whose targets may be followed by one', async () => {
  const names = ['learner', 'agents/agent-0'];
  expect(await words('targets', ['visit', ''])).toEqual([names, false]);
  expect(await words('targets', ['logs', ''])).toEqual([[...names, 'rl'], false]);
  expect(await words('targets', ['logs', '-e', 'rl', ''])).toEqual([names, false]);
});

it('help explains commands, their subcommands, and topics', async () => {
  expect(await words('command-or-topic', ['help', ''])).toEqual([
    ['logs', 'visit', 'config', 'help', 'exit-codes', 'environment', 'spec'],
    false,
  ]);
  expect(await words('command-or-topic', ['help', 'config', ''])).toEqual([['get'], false]);
  expect(await words('command-or-topic', ['help', 'none', ''])).toEqual([[], false]);
});

it('what can be scaled is offered by its declared name, up to the number', async () => {
  expect(await words('counts', ['visit', ''])).toEqual([['agent=', 'pair=', 'pair/worker='], false]);
});

it('an end of a copy is a path, or a process with a colon', async () => {
  expect(await words('source', ['visit', ''])).toEqual([['learner:', 'agents/agent-0:'], true]);
});

it('experiments, services and settings are offered by name, files for files, nothing for other words', async () => {
  expect(await words('patterns', ['visit', ''], world(null, ['rl', 'sl']))).toEqual([['rl', 'sl'], false]);
  expect(await words('service', ['visit', ''])).toEqual([['dashboard'], false]);
  expect((await words('setting', ['visit', '']))[0]).toContain('experimentFolder');
  expect(await words('file', ['visit', ''])).toEqual([[], true]);
  expect(await words('lines', ['visit', ''])).toEqual([[], false]);
});
