import { processKey } from '../contract/process-key.ts';
import { isAlive } from '../contract/status.ts';
import type { ResolvedCondition } from '../spec/resolve/resolved-experiment.ts';
import { describeNeverStarted, describeStoppedByFailure, describeTooLong } from '../text/describe-rules.ts';
import {
  type ExperimentEnd,
  type ExperimentFacts,
  hasEnded,
  judgeEnd,
  type ProcessFacts,
  type RuledExperiment,
} from './experiment-end.ts';
import type { EndVerdict } from './process-runtime.ts';
import { judgeStart, type StartVerdict } from './start-conditions.ts';

/** What follows from the rules of an experiment. No process is in two of the lists. */
export interface RuleDecision {
  /** The end of the experiment, to be recorded before anything else is done; undefined if it is not over by a rule. */
  readonly end: ExperimentEnd | undefined;
  /** Keys of processes to start for the first time. */
  readonly start: readonly string[];
  /** Processes that wait, with what they wait for, in words. */
  readonly wait: readonly ReasonedProcess[];
  /** Processes that are never started, with why. They become `stopped`. */
  readonly skip: readonly ReasonedProcess[];
  /** Processes to stop, or to keep from their next start. */
  readonly stop: readonly StoppedProcess[];
  /** Milliseconds since 1970: when to judge again though nothing changes; undefined if never. */
  readonly nextCheck: number | undefined;
}

export interface ReasonedProcess {
  readonly key: string;
  readonly reason: string;
}

export interface StoppedProcess extends ReasonedProcess {
  readonly countsAs: EndVerdict;
}

/** Whether an experiment has any rule beyond the restart policies of its processes. */
export function hasRules({ processes, onFailure, endsWith, maxDuration }: RuledExperiment): boolean {
  return (
    onFailure !== 'continue' ||
    endsWith !== null ||
    maxDuration !== null ||
    processes.some((resolved) => resolved.after.length > 0 || resolved.maxDuration !== null)
  );
}

/**
 * Decides what follows from the rules of an experiment: start conditions, ends and limits. Judged anew after each change, and
 * it depends on the given facts alone: a supervisor that is killed at any moment loses nothing, and carrying out a
 * decision twice changes nothing.
 * @param now milliseconds since 1970
 */
export function decideByRules(experiment: RuledExperiment, facts: ExperimentFacts, now: number): RuleDecision {
  const end = judgeEnd(experiment, facts, now);
  const decision = new Decision(experiment, facts, end, now);
  const spared = new Set(end?.spared);
  for (const { maxDuration, after, ...reference } of experiment.processes) {
    const member = decision.byKey.get(processKey(reference));
    if (member === undefined) continue;
    // One whose start on request came to nothing is not spared: nothing else would end its waiting.
    const isSpared = spared.has(member.key) && (member.state !== 'pending' || member.willStart);
    if (end !== undefined && !isSpared) decision.endMember(member, end);
    else if (member.state === 'pending') decision.startMember(member, after);
    else decision.limitRun(member, maxDuration);
  }
  return decision.result();
}

/** A decision while it is made. */
class Decision {
  readonly byKey: ReadonlyMap<string, ProcessFacts>;
  readonly #end: ExperimentEnd | undefined;
  readonly #now: number;
  /** When what still runs is stopped, once the experiment is over. */
  readonly #stopAt: number;
  /** Replicas share their conditions, so that each list is judged once. */
  readonly #verdicts = new Map<readonly ResolvedCondition[], StartVerdict>();
  readonly #start: string[] = [];
  readonly #wait: ReasonedProcess[] = [];
  readonly #skip: ReasonedProcess[] = [];
  readonly #stop: StoppedProcess[] = [];
  #nextCheck = Number.POSITIVE_INFINITY;

  constructor(experiment: RuledExperiment, facts: ExperimentFacts, end: ExperimentEnd | undefined, now: number) {
    this.byKey = new Map(facts.processes.map((member) => [member.key, member]));
    this.#end = end;
    this.#now = now;
    const { maxDuration, endsWith } = experiment;
    const deadline = maxDuration === null ? Number.POSITIVE_INFINITY : facts.launchedAt + maxDuration * 1000;
    const delay = end?.rule === 'endsWith' ? (endsWith?.delay ?? 0) * 1000 : 0;
    this.#stopAt = Math.min(deadline, Date.parse(end?.time ?? '') + delay || now);
    if (end === undefined && facts.processes.some((member) => !hasEnded(member))) this.#checkAt(deadline);
  }

  result(): RuleDecision {
    return {
      end: this.#end,
      start: this.#start,
      wait: this.#wait,
      skip: this.#skip,
      stop: this.#stop,
      nextCheck: this.#nextCheck === Number.POSITIVE_INFINITY ? undefined : this.#nextCheck,
    };
  }

  /** Stops or skips a process, because the experiment is over. */
  endMember(member: ProcessFacts, end: ExperimentEnd): void {
    const { key, state, willStart, wantedEnd } = member;
    if (hasEnded(member) || isBeingStopped(wantedEnd)) return;
    if (state === 'pending' && !willStart) this.#skip.push({ key, reason: describeNeverStarted(whyOver(end)) });
    else if (isAlive(state) && !willStart && this.#now < this.#stopAt) this.#checkAt(this.#stopAt);
    else this.#stop.push({ key, reason: whyStopped(end), countsAs: 'stopped' });
  }

  /** Starts a process that waits, if its conditions hold. */
  startMember({ key, willStart, wantedEnd }: ProcessFacts, conditions: readonly ResolvedCondition[]): void {
    if (willStart || wantedEnd !== undefined) return;
    const judged = this.#verdicts.get(conditions) ?? judgeStart(conditions, this.byKey);
    this.#verdicts.set(conditions, judged);
    if (judged.verdict === 'start') this.#start.push(key);
    else if (judged.verdict === 'wait') this.#wait.push({ key, reason: judged.reason });
    else this.#skip.push({ key, reason: judged.reason });
  }

  /** Stops a run that has reached its limit. */
  limitRun({ key, state, startedAt, wantedEnd }: ProcessFacts, maxDuration: number | null): void {
    if (maxDuration === null || startedAt === undefined || !isAlive(state) || wantedEnd !== undefined) return;
    const limit = startedAt + maxDuration * 1000;
    if (this.#now < limit) this.#checkAt(limit);
    else this.#stop.push({ key, reason: describeTooLong(maxDuration), countsAs: 'failed' });
  }

  #checkAt(time: number): void {
    this.#nextCheck = Math.min(this.#nextCheck, time);
  }
}

/** Whether a stop for good is under way. */
function isBeingStopped(wanted: ProcessFacts['wantedEnd']): boolean {
  return wanted !== undefined && !wanted.startsAgain && wanted.countsAs !== 'failed';
}

function whyOver({ rule, reason }: ExperimentEnd): string {
  return rule === 'maxDuration' ? `the experiment ${reason}` : reason;
}

function whyStopped(end: ExperimentEnd): string {
  return end.failed === undefined ? whyOver(end) : describeStoppedByFailure(end.failed);
}
