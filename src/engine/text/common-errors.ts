import { type ErrorCode, SymphonyError } from '../contract/errors.ts';
import { formatProcess, type ProcessReference, type ProcessStatus } from '../contract/status.ts';
import { type Advice, advise } from './advice.ts';
import { suggestion } from './suggestion.ts';

/** The options of an error about a name that does not exist. */
export interface UnknownNameOptions {
  /** By default `not-found`. */
  readonly code?: ErrorCode;
  /** The names to list if none is similar, by default the known ones. */
  readonly shown?: readonly string[];
  /** Where the name was looked for: `in experiment rl`. */
  readonly where?: string;
  /** The hint where no name is similar, instead of the names. */
  readonly hint?: string;
}

/**
 * The error for a name that does not exist.
 * @param kind what the name would name: `experiment`, `service`
 * @param known the names that exist, of which the hint offers the most similar; undefined if they are unknown
 */
export function unknownName(
  kind: string,
  wanted: string,
  known: readonly string[] | undefined,
  { code = 'not-found', shown, where, hint }: UnknownNameOptions = {},
): SymphonyError {
  const similar = suggestion(wanted, known ?? [], hint === undefined ? shown : []);
  const none = known === undefined ? undefined : `There is no ${kind} at all.`;
  const place = where === undefined ? '' : ` ${where}`;
  return new SymphonyError(code, `There is no ${kind} ${JSON.stringify(wanted)}${place}.`, {
    hint: similar ?? hint ?? none,
  });
}

/** The error for an experiment that does not exist. @param known the names that exist, if they are known */
export function noExperiment(name: string, known?: readonly string[]): SymphonyError {
  return unknownName('experiment', name, known);
}

/** The error for patterns that match no experiment. @param known the names that exist */
export function noExperimentMatches(patterns: readonly string[], known: readonly string[]): SymphonyError {
  return new SymphonyError('not-found', `No experiment matches ${patterns.join(' or ')}.`, {
    hint: suggestion(patterns.join(' '), known),
  });
}

/** The error for a process that an experiment does not have. @param known the processes that it has, if they are known */
export function noProcess(
  reference: ProcessReference,
  experiment: string,
  known?: readonly ProcessReference[],
): SymphonyError {
  return noTarget(formatProcess(reference), known, experiment);
}

/**
 * The error for a target that names no process. The hint suggests names in the form of the target: with the group, or
 * without.
 */
export function noTarget(
  target: string,
  known: readonly ProcessReference[] | undefined,
  experiment?: string,
): SymphonyError {
  const shown = known?.map(formatProcess);
  const similar = target.includes('/') ? shown : known?.map(({ name }) => name);
  return unknownName('process', target, similar, {
    ...(shown && { shown }),
    ...(experiment !== undefined && { where: `in experiment ${experiment}` }),
  });
}

/** The options of `experimentExists`. */
export interface ExistingExperimentOptions {
  /** What it does already, by default `exists`; `is being launched`. */
  readonly how?: string;
  /** More about it, after the statement: `in PLACE`. */
  readonly detail?: string | undefined;
  /** By default: replace it, delete it, or take another name. */
  readonly hint?: string | Advice;
  readonly cause?: unknown;
}

/** The error for a launch over an experiment that exists. */
export function experimentExists(
  name: string,
  { how = 'exists', detail, hint, cause }: ExistingExperimentOptions = {},
): SymphonyError {
  const more = detail === undefined ? '' : `, ${detail}`;
  return new SymphonyError('conflict', `Experiment ${name} ${how} already${more}.`, {
    hint:
      hint ??
      advise(
        (say) =>
          `Replace it with ${say.option('force')}, delete it with: ${say.act('delete', name)}, or launch under another ${say.either('--name', 'name')}.`,
      ),
    cause,
  });
}

/** The error for attaching to a process that has no terminal. */
export function noTerminal(reference: ProcessReference): SymphonyError {
  return new SymphonyError('unsupported', `Process ${formatProcess(reference)} has no terminal to attach to.`, {
    hint: advise(
      (say) =>
        `Give it one with tty: true, or read its output with: ${say.either('symphony logs -f', 'cluster.logs')}.`,
    ),
  });
}

/**
 * The error for an operation that needs a process to run.
 * @param status its status; undefined if nothing of it is left
 */
export function notRunning(
  reference: ProcessReference,
  status: Pick<ProcessStatus, 'state' | 'reason'> | undefined,
): SymphonyError {
  const why = status?.reason === undefined ? '' : ` (${status.reason})`;
  const state = status === undefined ? 'nothing of it is left' : `it is ${status.state}${why}`;
  return new SymphonyError('conflict', `Process ${formatProcess(reference)} does not run: ${state}.`);
}
