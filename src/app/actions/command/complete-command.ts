import { formatProcess } from '../../../engine/contract/status.ts';
import type { ExpectedWord } from '../../shell/context/options.ts';
import type { AppState } from '../../shell/store/state.ts';
import { interfaceCommands } from './interface-commands.ts';

/**
 * The completions of a command line, likeliest first: commands, their options, and the names of their targets.
 * @param experiment the experiment that a command acts on if it names none
 */
export function completeCommand(
  state: Pick<AppState, 'model' | 'backends'>,
  text: string,
  expected: ExpectedWord,
  experiment: string | undefined,
): string[] {
  if (text === '') return [];
  const start = text.lastIndexOf(' ') + 1;
  const word = text.slice(start);
  const candidates = expected.isCommand
    ? [...new Set([...Object.keys(interfaceCommands), ...state.model.keys(), ...expected.words])]
    : [...expected.words, ...valuesOf(state, expected, expected.experiment ?? experiment)];
  const shortest = (all: readonly string[]) =>
    all
      .filter((candidate) => candidate.startsWith(word) && candidate !== word)
      .sort((a, b) => a.length - b.length || a.localeCompare(b));
  // Full names come before aliases, because they are easier to read.
  return [...shortest(candidates), ...shortest(expected.aliases ?? [])].map(
    (candidate) => text.slice(0, start) + candidate,
  );
}

function valuesOf(
  { model, backends }: Pick<AppState, 'model' | 'backends'>,
  { takes }: ExpectedWord,
  experiment: string | undefined,
): string[] {
  const snapshot = experiment === undefined ? undefined : model.get(experiment);
  const processes = (snapshot?.processes ?? []).map(formatProcess);
  switch (takes) {
    case 'experiment':
    case 'patterns':
      return [...model.keys()];
    case 'target':
    case 'targets':
      return processes;
    case 'source':
    case 'destination':
      return processes.map((name) => `${name}:`);
    case 'service':
      return (snapshot?.experiment.services ?? []).map(({ name }) => name);
    case 'backend':
      return backends.map(({ name }) => name);
    default:
      return [];
  }
}
