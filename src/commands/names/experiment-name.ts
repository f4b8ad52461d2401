import type { Cluster } from '../../engine/client/cluster.ts';
import { ownName } from '../../engine/client/names/experiment-names.ts';
import { splitExperimentWord, type TargetsOfExperiment } from '../../engine/client/names/experiment-word.ts';
import { matchNames, resolveName } from '../../engine/client/names/match.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import type { ExperimentStatus } from '../../engine/contract/status.ts';
import { readSetting } from '../../engine/settings/config.ts';
import { suggestionClause } from '../../engine/text/suggestion.ts';
import type { CommandContext } from '../program/command.ts';
import { select } from './ask.ts';

type Chooser = Pick<CommandContext, 'terminal' | 'signal' | 'note'>;

/**
 * The experiment that a command acts on: the named one, exactly, by prefix or by substring, with a question if several
 * match and a terminal can ask; without a name the current one, or the only one.
 */
export async function chooseExperiment(
  context: Chooser,
  cluster: Cluster,
  wanted: string | undefined,
): Promise<string> {
  const names = await cluster.listExperimentNames(wanted === undefined ? {} : { wanted });
  return wanted === undefined ? chooseUnnamed(context, cluster, names) : chooseNamed(context, wanted, names);
}

async function chooseUnnamed(context: Chooser, cluster: Cluster, names: readonly string[]): Promise<string> {
  const current = await cluster.currentExperiment();
  const usual = usualExperiment(current, names);
  if (usual !== undefined) return usual;
  if (names.length > 0 && context.terminal.canAsk) return select(context, 'Which experiment?', names);
  throw noChoice(cluster, current, names);
}

/** The current experiment, or the only one. */
function usualExperiment(current: string | null, names: readonly string[]): string | undefined {
  if (current !== null && names.includes(current)) return current;
  return names.length === 1 ? names[0] : undefined;
}

/** What the help says of `chooseExperimentOfTargets`. */
export const experimentWordRule =
  'The last word is the experiment if it is the whole name of one, and of no process or group';

/**
 * The experiment that a command acts on whose targets may be followed by it, and these targets.
 * @param wanted the experiment as `--experiment` names it: all words are targets then
 */
export async function chooseExperimentOfTargets(
  context: Chooser,
  cluster: Cluster,
  wanted: string | undefined,
  words: readonly string[],
): Promise<Required<TargetsOfExperiment>> {
  const last = words.at(-1);
  if (wanted !== undefined || last === undefined) {
    return { experiment: await chooseExperiment(context, cluster, wanted), targets: words };
  }
  const names = await cluster.listExperimentNames();
  const usual = usualExperiment(await cluster.currentExperiment(), names);
  const { experiment, targets } = splitExperimentWord(words, {
    processes: usual === undefined ? [] : await cluster.listProcesses(usual),
    experiments: names,
    username: await readSetting('username'),
  });
  if (experiment !== undefined) return { experiment: await chooseNamed(context, experiment, names), targets };
  return { experiment: await chooseUnnamed(context, cluster, names), targets };
}

/**
 * The experiment to delete. If the command does not ask for confirmation, only an exact name matches, and without a name
 * only the current one.
 */
export async function chooseDoomed(
  context: Chooser,
  cluster: Cluster,
  wanted: string | undefined,
  options: { readonly asks: boolean },
): Promise<string> {
  const names = await cluster.listExperimentNames(wanted === undefined ? {} : { wanted });
  if (wanted === undefined) {
    const current = await cluster.currentExperiment();
    if (current !== null && names.includes(current)) return current;
    throw noChoice(cluster, current, names);
  }
  if (options.asks) return chooseNamed(context, wanted, names);
  return resolveName('experiment', ownName(wanted, names, await readSetting('username')), names, { exact: true });
}

/** The status of an experiment; undefined if it is gone, or cannot be read. The name may be more specific than the listed one. */
export async function findStatus(cluster: Cluster, name: string): Promise<ExperimentStatus | undefined> {
  const listed = (await cluster.listExperiments()).find((experiment) => experiment.name === name);
  return listed ?? cluster.describeExperiment(name).catch(() => undefined);
}

async function chooseNamed(context: Chooser, wanted: string, names: readonly string[]): Promise<string> {
  const name = ownName(wanted, names, await readSetting('username'));
  const matches = matchNames(name, names);
  if (matches.length > 1 && context.terminal.canAsk) {
    return select(context, `Which experiment is ${JSON.stringify(wanted)}?`, matches);
  }
  return resolveName('experiment', name, names);
}

function noChoice(cluster: Cluster, current: string | null, names: readonly string[]): SymphonyError {
  if (names.length === 0) {
    return new SymphonyError('not-found', `There is no experiment on ${cluster.backend}.`, {
      hint: 'Start one with: symphony launch FILE',
    });
  }
  const isShared = names.some((name) => name.endsWith(`/${current}`));
  const gone =
    current === null
      ? 'No experiment is named and none is current'
      : isShared
        ? `There are several experiments ${current}, the name of the current one`
        : `The current experiment ${current} is gone`;
  return new SymphonyError('cannot-ask', `${gone}; ${suggestionClause('', names)}.`, {
    hint: 'Name one, or choose it with: symphony switch-experiment NAME',
  });
}
