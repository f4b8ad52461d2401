import type { Command } from 'commander';
import type { Cluster } from '../../engine/client/cluster.ts';
import { registeredBackends } from '../../engine/contract/backend-registry.ts';
import { formatProcess } from '../../engine/contract/status.ts';
import { History } from '../../engine/history/history.ts';
import { settingDefinitions } from '../../engine/settings/config.ts';
import { declaredReplicas } from '../../engine/spec/scale-spec.ts';
import { helpTopics } from '../help/help-topic.ts';
import type { Position } from './position.ts';

/** The candidates for the last word of a command line. `files` means that paths are candidates too. */
export interface Completion {
  readonly candidates: Candidates;
  readonly files: boolean;
}

export type Candidates = readonly { readonly word: string; readonly description: string }[];

/** The source of experiments and processes. */
export interface World {
  cluster(): Promise<Cluster>;
}

/** The values of an argument or an option, by its name. A name means the same in every command. */
export async function valuesNamed(name: string, position: Position, world: World): Promise<Completion> {
  switch (name) {
    case 'backend':
      return words([...registeredBackends()].map(([word, { summary }]) => ({ word, description: summary })));
    case 'experiment':
    case 'patterns':
      return words(await experiments(world));
    case 'past':
      return words(await pastExperiments());
    case 'entries':
      return words((await new History().list()).map(({ name, state }) => ({ word: name, description: state ?? '' })));
    case 'target':
      return words(isOfPast(position) ? await pastProcesses(position) : await processes(position, world));
    case 'targets':
      return words(isOfPast(position) ? await pastProcesses(position) : await targets(position, world));
    case 'counts':
      return words(await replicaCounts(position, world));
    case 'source':
    case 'destination': {
      const candidates = await processes(position, world);
      return {
        candidates: candidates.map(({ word, description }) => ({ word: `${word}:`, description })),
        files: true,
      };
    }
    case 'service':
      return words(await services(position, world));
    case 'command-or-topic':
      return words(explained(position));
    case 'setting':
      return words([...settingDefinitions()].map(([word, { description }]) => ({ word, description })));
    default:
      return { candidates: [], files: ['file', 'outputFile', 'command'].includes(name) };
  }
}

/** Commands and topics of `help`, or the subcommands of the command before. */
function explained({ command, positional }: Position): Candidates {
  const program = command.parent ?? command;
  const parent = positional.reduce<Command | undefined>(
    (found, word) => found?.commands.find((one) => one.name() === word || one.aliases().includes(word)),
    program,
  );
  if (parent === undefined) return [];
  const commands = parent.createHelp().visibleCommands(parent);
  const candidates = commands.map((one) => ({ word: one.name(), description: one.description() }));
  if (parent !== program) return candidates;
  return [...candidates, ...helpTopics.map(({ name, summary }) => ({ word: name, description: summary }))];
}

function words(candidates: Candidates): Completion {
  return { candidates, files: false };
}

async function experiments({ cluster }: World): Promise<Candidates> {
  return (await (await cluster()).listExperiments()).map(({ name, state }) => ({ word: name, description: state }));
}

/** Newest entries by the names of their experiments, and all entries. */
async function pastExperiments(): Promise<Candidates> {
  const entries = await new History().list();
  const newest = new Map(entries.map(({ experiment, deletedAt }) => [experiment, `newest, deleted ${deletedAt}`]));
  return [
    ...[...newest].map(([word, description]) => ({ word, description })),
    ...entries.map(({ name, deletedAt }) => ({ word: name, description: `deleted ${deletedAt}` })),
  ];
}

function isOfPast({ command }: Position): boolean {
  return command.registeredArguments[0]?.name() === 'past';
}

async function pastProcesses({ positional: [past = ''] }: Position): Promise<Candidates> {
  const { description, logs } = await new History().read(past);
  if (description === undefined) return logs.map((one) => ({ word: formatProcess(one), description: '' }));
  return description.members.map((member) => ({ word: formatProcess(member), description: member.state }));
}

/** Processes, and the experiments that may follow them. */
async function targets(position: Position, world: World): Promise<Candidates> {
  const found = await processes(position, world);
  return takesExperimentWord(position) ? [...found, ...(await experiments(world))] : found;
}

function takesExperimentWord({ command, options }: Position): boolean {
  const isDeclared = command.registeredArguments.some((argument) => argument.name() === 'experiment');
  return !isDeclared && command.usage().endsWith('[experiment]') && options.experiment === undefined;
}

async function processes(position: Position, world: World): Promise<Candidates> {
  const cluster = await world.cluster();
  const experiment = await meantExperiment(position, cluster);
  if (experiment === undefined) return [];
  const listed = await cluster.listProcesses(experiment);
  return listed.map((status) => ({ word: formatProcess(status), description: status.state }));
}

/** What can be scaled, up to the number. */
async function replicaCounts(position: Position, world: World): Promise<Candidates> {
  const cluster = await world.cluster();
  const experiment = await meantExperiment(position, cluster);
  if (experiment === undefined) return [];
  return Object.entries(declaredReplicas(await cluster.spec(experiment))).map(([target, count]) => ({
    word: `${target}=`,
    description: `now ${count}`,
  }));
}

async function services(position: Position, world: World): Promise<Candidates> {
  const cluster = await world.cluster();
  const wanted = await meantExperiment(position, cluster);
  const found = (await cluster.listExperiments()).find(({ name }) => name === wanted);
  return (found?.services ?? []).map(({ name, kind }) => ({ word: name, description: kind }));
}

async function meantExperiment(
  { command, options, positional }: Position,
  cluster: Cluster,
): Promise<string | undefined> {
  const place = command.registeredArguments.findIndex((argument) => argument.name() === 'experiment');
  const named = options.experiment ?? positional[place];
  if (named !== undefined) return named;
  const names = await cluster.listExperimentNames();
  const current = await cluster.currentExperiment();
  if (current !== null && names.includes(current)) return current;
  return names.length === 1 ? names[0] : undefined;
}
