import { splitExperimentWord, type TargetsOfExperiment } from '../../../engine/client/names/experiment-word.ts';
import { resolveName, resolveTargets } from '../../../engine/client/names/match.ts';
import { matchPatterns } from '../../../engine/client/names/match-patterns.ts';
import { noExperimentMatches } from '../../../engine/text/common-errors.ts';
import type { AppContext, ProcessSelection } from '../../shell/context/context.ts';
import { chosenExperiments } from '../../shell/context/targets.ts';
import { deleteExperiments } from '../../views/experiments/delete-experiments.ts';
import { openRequestedLogs } from '../../views/logs/open-logs.ts';
import { showOutput } from '../../views/output/show-output.ts';
import { openExperiment } from '../../views/processes/open-experiment.ts';
import { restartProcesses, stopProcesses } from '../processes/stop-and-restart.ts';
import { interfaceCommands } from './interface-commands.ts';
import { type CommandPlan, planCommand } from './plan-command.ts';

/** Runs a command line: a command of the interface, the name of an experiment, or a command of `symphony`. */
export async function runCommandLine(context: AppContext, line: string): Promise<void> {
  const [word = '', argument] = line.split(/\s+/);
  const own = Object.hasOwn(interfaceCommands, word) ? interfaceCommands[word] : undefined;
  if (own !== undefined && (await own(context, argument))) return;
  if (context.store.getState().model.has(line)) openExperiment(context, line);
  else await runOnScreen(context, line);
}

/** Runs a command of `symphony` on what the screen shows. */
async function runOnScreen(context: AppContext, line: string): Promise<void> {
  const { options, store, notify, terminal } = context;
  const command = await options.readCommand(line);
  const state = store.getState();
  if (state.cluster === undefined) return;
  const scope = { backend: state.cluster.backend, experiments: chosenExperiments(context) };
  const plan = planCommand(command, scope);
  if (plan.kind !== 'run') return carryOut(context, plan);
  const { words, experiment } = plan;
  if (plan.terminal) {
    await terminal.handOver(() => options.runCommand(words, { signal: context.signal, terminal: true }));
    return;
  }
  const result = await notify.during(`:${line}`, async ({ signal }) => {
    const output = await options.runCommand(words, { signal, terminal: false });
    return { ...output, cancelled: signal.aborted };
  });
  if (result !== undefined) showOutput(context, line, result, experiment);
}

/** Performs the same action as the key, with the same questions and messages. */
async function carryOut(context: AppContext, plan: Exclude<CommandPlan, { kind: 'run' }>): Promise<void> {
  const names = [...context.store.getState().model.keys()];
  switch (plan.kind) {
    case 'delete': {
      const exact = { exact: plan.force };
      const experiments = plan.experiments.map((name) => resolveName('experiment', name, names, exact));
      return deleteExperiments(context, experiments, plan);
    }
    case 'delete-batch':
      return deleteExperiments(context, matchExperiments(plan.patterns, names), plan);
    case 'stop':
      return stopProcesses(context, [selectTargets(context, plan.experiment, plan.targets)]);
    case 'restart':
      return restartProcesses(context, [selectTargets(context, plan.experiment, plan.targets)]);
    case 'logs': {
      const { targets, experiment: named }: TargetsOfExperiment = plan.isNamed
        ? plan.request
        : splitTargets(context, plan);
      const { experiment, processes } = selectTargets(context, named ?? plan.experiment, targets);
      openRequestedLogs(context, experiment, processes, { ...plan.request, targets });
    }
  }
}

/** As the command itself does, with the experiment of the screen instead of the current one. */
function splitTargets({ store }: AppContext, { experiment, request }: Extract<CommandPlan, { kind: 'logs' }>) {
  const { model } = store.getState();
  const processes = model.get(experiment)?.processes ?? [];
  return splitExperimentWord(request.targets, { processes, experiments: [...model.keys()], username: '' });
}

/** @throws SymphonyError `not-found` */
function matchExperiments(patterns: readonly string[], names: readonly string[]): string[] {
  const matching = matchPatterns(patterns, names);
  if (matching.length > 0) return matching;
  throw noExperimentMatches(patterns, names);
}

/** @throws SymphonyError `not-found`, `ambiguous` */
function selectTargets({ store }: AppContext, wanted: string, targets: readonly string[]): ProcessSelection {
  const { model } = store.getState();
  const experiment = resolveName('experiment', wanted, [...model.keys()]);
  const processes = model.get(experiment)?.processes ?? [];
  if (targets.length === 0) return { experiment, processes };
  const named = new Set(targets.flatMap((target) => resolveTargets(processes, target)));
  return { experiment, processes: processes.filter((status) => named.has(status)) };
}
