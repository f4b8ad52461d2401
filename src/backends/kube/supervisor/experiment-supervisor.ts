import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { processKey } from '../../../engine/contract/process-key.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import { decideByRules, hasRules, type RuleDecision } from '../../../engine/rules/experiment-rules.ts';
import { hangEvent, overEvent, waitingEvent } from '../../../engine/rules/rule-events.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { ExperimentNotices } from '../../kit/notices/experiment-notices.ts';
import type { KubeNotify } from '../api/credentials/kube-options.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { writeEvent } from '../events/write-event.ts';
import { lastOutput } from '../logs/last-output.ts';
import { annotations, launchSelector } from '../manifests/labels.ts';
import { memberKey, newestPod, podMember } from '../status/process-pods.ts';
import type { ExperimentEntry } from '../watch/experiment-entry.ts';
import { ExperimentIndex } from '../watch/experiment-index.ts';
import { LogReadiness } from '../watch/log-readiness.ts';
import { type Decisions, newDecisions, withDecisions } from './decisions.ts';
import { followPlace, type Report, type SupervisedPlace } from './follow-place.ts';
import { PodKeeper } from './pod-keeper.ts';
import { changeDecisions } from './record-store.ts';
import { SilenceWatch } from './silence-watch.ts';
import { type Member, SupervisedPods } from './supervised-pods.ts';
import { isWaiting } from './supervised-rules.ts';
import { SupervisorEvents } from './supervisor-events.ts';
import { supervisorNotices } from './supervisor-notices.ts';
import { watchedRuns } from './watched-runs.ts';

/** Changes are collected for this many milliseconds. */
const debounceMilliseconds = 50;
/** The pause after a failed evaluation, in milliseconds. */
const retryMilliseconds = 1_000;
/** Without any change, everything is looked at again after so many milliseconds. */
const maxPauseMilliseconds = 60_000;

/**
 * Keeps one experiment to its rules: watches its pods, and creates and ends pods. Every evaluation starts from what the
 * cluster holds, and each of its actions can be repeated, so that it can be ended at any time and another one goes on.
 */
export class ExperimentSupervisor {
  readonly #client: KubeClient;
  readonly #place: SupervisedPlace;
  readonly #report: Report;
  readonly #signal: AbortSignal;
  readonly #index: ExperimentIndex;
  readonly #readiness: LogReadiness;
  readonly #silence: SilenceWatch;
  readonly #events: SupervisorEvents;
  readonly #keeper: PodKeeper;
  readonly #notices: ExperimentNotices | undefined;
  #wake = Promise.withResolvers<void>();
  #timer: NodeJS.Timeout | undefined;
  #isSupervised = false;
  /** The experiment, once the watch has seen all of its pods. */
  #complete: ExperimentEntry | undefined;

  /** @param notify where it sends notices; undefined if it sends none */
  constructor(client: KubeClient, place: SupervisedPlace, report: Report, signal: AbortSignal, notify?: KubeNotify) {
    this.#client = client;
    this.#place = place;
    this.#report = report;
    this.#signal = signal;
    this.#index = new ExperimentIndex({ now: () => client.now });
    this.#readiness = new LogReadiness(client, signal);
    this.#silence = new SilenceWatch({
      time: () => ({ now: client.now, clock: performance.now() }),
      ask: (container, seconds) => lastOutput(client, container, { ...(seconds && { seconds }), signal }),
      onAnswer: () => this.#wake.resolve(),
    });
    this.#events = new SupervisorEvents((event) => client.create(event, { signal }), place.launchId);
    this.#keeper = new PodKeeper({ client, events: this.#events, report, onEnd: () => this.#wake.resolve(), signal });
    // Each action listens to it.
    setMaxListeners(0, signal);
    this.#notices = notify && this.#createNotices(notify);
    const onAbort = () => {
      clearTimeout(this.#timer);
      this.#wake.resolve();
    };
    signal.addEventListener('abort', onAbort, { once: true });
  }

  /** Resolves when the signal aborts. */
  async run(): Promise<void> {
    const following = followPlace(this.#client, this.#place, this.#index, {
      onChange: () => this.#wake.resolve(),
      onRemoved: (pod) => this.#keeper.noteRemoved(pod),
      report: this.#report,
      signal: this.#signal,
    });
    await Promise.all([following, this.#evaluateRepeatedly()]);
  }

  async #evaluateRepeatedly(): Promise<void> {
    while (!this.#signal.aborted) {
      await this.#wake.promise;
      clearTimeout(this.#timer);
      await delay(debounceMilliseconds, undefined, { signal: this.#signal }).catch(() => undefined);
      if (this.#signal.aborted) return;
      this.#wake = Promise.withResolvers();
      let next: number | undefined;
      try {
        next = await this.#evaluate();
      } catch (error) {
        if (this.#signal.aborted) return;
        this.#report(`an evaluation failed, and is repeated: ${(error as Error).message}`);
        next = this.#client.now + retryMilliseconds;
      }
      const pause = next === undefined ? maxPauseMilliseconds : next - this.#client.now;
      this.#timer = setTimeout(() => this.#wake.resolve(), Math.min(Math.max(pause, 0), maxPauseMilliseconds));
    }
  }

  /**
   * Looks at everything once, and does what is due.
   * @returns when to look again if nothing changes, in milliseconds
   */
  async #evaluate(): Promise<number | undefined> {
    this.#index.changes();
    const entry = this.#entry();
    if (entry === undefined) return undefined;
    if (entry !== this.#complete) {
      if (!(await this.#knowsAllPods(entry))) return this.#client.now + retryMilliseconds;
      this.#complete = entry;
      // The record may have changed meanwhile.
      this.#wake.resolve();
      return undefined;
    }
    const pods = new SupervisedPods(this.#client, entry, this.#signal);
    await this.#begin();
    this.#readiness.scan(this.#index);
    const checks = [await this.#keepRules(entry, pods), this.#endSilent(entry, pods)];
    await Promise.all(
      membersOf(entry).map(async ({ member, processes }) => {
        const own = this.#index.pods(entry, member.key);
        checks.push(await this.#keeper.keep({ entry, pods, member, processes, own }));
      }),
    );
    this.#notices?.consider();
    const times = checks.filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** The experiment; undefined if it is not launched yet, gone, or being deleted. */
  #entry(): ExperimentEntry | undefined {
    const entry = this.#index.entries().find(({ record }) => record.launchId === this.#place.launchId);
    return entry?.object === undefined || entry.known.isDeleting || !entry.isLaunched ? undefined : entry;
  }

  #createNotices(notify: KubeNotify): ExperimentNotices {
    return supervisorNotices({
      notify,
      launchId: this.#place.launchId,
      snapshot: () => {
        const entry = this.#entry();
        return entry && this.#toldState(entry);
      },
      told: () => this.#entry()?.decisions?.told ?? [],
      setTold: (told) => this.#change((known) => withDecisions(known, { ...known, told })),
      record: (event) => {
        const entry = this.#entry();
        if (entry !== undefined) void writeEvent(this.#client, entry.known.location, event);
      },
      report: this.#report,
      signal: this.#signal,
    });
  }

  /** What notices tell of the experiment: no remark on its supervisor, which is this one. */
  #toldState(entry: ExperimentEntry): ExperimentSnapshot {
    const { experiment, processes } = entry.snapshot((service) => this.#index.service(entry, service));
    const { reason, blocked, ...row } = experiment;
    const over = entry.decisions?.over;
    return { experiment: over === undefined ? row : { ...row, reason: over.reason }, processes };
  }

  /**
   * Whether the watch has seen all pods that exist. Those that were created before a record was written, at a launch or by
   * `scale`, may be seen after it, and would count as lost until then.
   */
  async #knowsAllPods(entry: ExperimentEntry): Promise<boolean> {
    const { namespace, experiment, launchId } = this.#place;
    const query = { labelSelector: launchSelector(experiment, launchId) };
    const { items } = await this.#client.list('Pod', { namespace, query, signal: this.#signal });
    const known = new Set(this.#index.pods(entry).map(({ metadata }) => metadata.uid));
    return items.every((pod) => podMember(pod) === undefined || known.has(pod.metadata.uid));
  }

  /**
   * Does what the rules of the experiment say about starts, ends and limits: first it records what follows from them for
   * the experiment, then it ends and creates pods.
   * @returns when to judge again
   */
  async #keepRules(entry: ExperimentEntry, pods: SupervisedPods): Promise<number | undefined> {
    const { decisions } = entry;
    if (decisions === undefined || !hasRules(entry.resolved)) return undefined;
    const facts = entry.ruleFacts((key) => this.#index.pods(entry, key), decisions);
    const decided = decideByRules(entry.resolved, facts, this.#client.now);
    const skipped = Object.fromEntries(decided.skip.map(({ key, reason }) => [key, reason]));
    const ready = facts.processes.filter(({ reached }) => reached === 'ready').map(({ key }) => key);
    const waiting = entry.processes.filter(isWaiting).map(processKey);
    const created = facts.processes.filter(
      ({ key, reached, willStart }) => waiting.includes(key) && (reached !== undefined || willStart),
    );
    const started = created.map(({ key }) => key);
    const next = withDecisions(decisions, {
      ...(decided.end && { over: decided.end }),
      skipped,
      ready: ready.filter((key) => this.#awaited(entry).has(key)),
      started,
    });
    if (next !== decisions && !(await this.#record(decisions, next))) return this.#client.now;
    if (decided.end !== undefined && decided.end !== decisions.over)
      this.#report(`the experiment is over: ${decided.end.reason}`);
    this.#recordRules(entry, decided);
    await this.#carryOut(entry, pods, decided);
    return decided.nextCheck;
  }

  #recordRules({ known: { location } }: ExperimentEntry, { end, wait }: RuleDecision): void {
    if (end !== undefined) void this.#events.applied(location, overEvent(end), end.time);
    for (const waiting of wait) void this.#events.applied(location, waitingEvent(waiting));
  }

  async #carryOut(entry: ExperimentEntry, pods: SupervisedPods, { start, stop }: RuleDecision): Promise<void> {
    const starts = new Set(start);
    const stops = new Map(stop.map((stopped) => [stopped.key, stopped]));
    await Promise.all(
      membersOf(entry).map(async ({ member, processes }) => {
        const keys = processes.map(processKey);
        if (keys.some((key) => starts.has(key))) {
          this.#report(`starts ${member.key}`);
          await pods.begin(member);
        }
        const request = keys.flatMap((key) => stops.get(key) ?? [])[0];
        if (request === undefined) return;
        const newest = newestPod(this.#index.pods(entry, member.key));
        const { reason, countsAs } = request;
        if (newest === undefined) {
          const kept = Object.fromEntries(keys.map((key) => [key, reason]));
          await this.#change((known) => withDecisions(known, { ...known, skipped: kept }));
        } else if (!this.#keeper.isEnding(newest) || isBeingRestarted(newest)) {
          this.#report(`stops ${member.key}: ${reason}`);
          this.#keeper.end(pods, newest, { reason, ...(countsAs === 'failed' && { countsAs }) });
        }
      }),
    );
  }

  /** Ends the runs that write nothing for too long. @returns when to look again */
  #endSilent(entry: ExperimentEntry, pods: SupervisedPods): number | undefined {
    const { hanging, nextLook } = this.#silence.look(watchedRuns(entry, (member) => this.#index.pods(entry, member)));
    for (const { run, reason } of hanging) {
      if (this.#keeper.isEnding(run.pod)) continue;
      this.#report(`ends ${formatProcess(run.process)}: ${reason}`);
      const hang = hangEvent({ key: processKey(run.process), reason }, run.run);
      void this.#events.applied(entry.known.location, hang, run.id);
      this.#keeper.end(pods, run.pod, { reason, countsAs: 'failed' });
    }
    return nextLook === undefined ? undefined : this.#client.now + nextLook;
  }

  /** The keys of the processes whose readiness others wait for. */
  #awaited({ processes }: ExperimentEntry): ReadonlySet<string> {
    return new Set(processes.flatMap(({ after }) => after.map(({ key }) => key)));
  }

  /** Records decisions, unless the ones that they were made from are no longer those on record. */
  async #record(known: Decisions, next: Decisions): Promise<boolean> {
    let isRecorded = false;
    await this.#change((current) => {
      isRecorded = isDeepStrictEqual(current.over, known.over);
      return isRecorded ? withDecisions(current, newDecisions(known, next)) : current;
    });
    return isRecorded;
  }

  async #change(change: (known: Decisions) => Decisions): Promise<void> {
    const { record: name, namespace } = this.#place;
    const record = await changeDecisions(this.#client, { name, namespace }, change, { signal: this.#signal });
    if (record !== undefined) this.#index.put('ConfigMap', record);
  }

  /** Records once that the rules are kept from now on. */
  async #begin(): Promise<void> {
    if (this.#isSupervised) return;
    const { record: name, namespace } = this.#place;
    const noted = { [annotations.supervised]: new Date(this.#client.now).toISOString() };
    await changeDecisions(this.#client, { name, namespace }, (known) => known, {
      signal: this.#signal,
      annotations: noted,
    });
    this.#isSupervised = true;
  }
}

/** The members of an experiment, with their processes. */
function membersOf({
  processes,
}: ExperimentEntry): { readonly member: Member; readonly processes: ResolvedProcess[] }[] {
  return [...Map.groupBy(processes, memberKey)].map(([key, own]) => {
    const [first] = own as [ResolvedProcess, ...ResolvedProcess[]];
    return { member: { key, group: first.group, name: first.name }, processes: own };
  });
}

/** Whether a pod is being ended so that a command can start its processes again. */
function isBeingRestarted({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[annotations.stoppedAs] === 'restarted';
}
