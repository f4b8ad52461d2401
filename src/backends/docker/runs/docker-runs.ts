import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { messageOf, SymphonyError } from '../../../engine/contract/errors.ts';
import { formatProcess, isAlive, isFinal } from '../../../engine/contract/status.ts';
import { hasStarted } from '../../../engine/rules/process-runtime.ts';
import { lacksEnd } from '../../../engine/rules/reported-end.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { advise } from '../../../engine/text/advice.ts';
import type {
  ExperimentRunner,
  LogKeeping,
  RunnerContext,
  RunToStart,
  StartObstacle,
} from '../../supervision/runs/runner.ts';
import { shortId } from '../api/engine-client.ts';
import { type EngineEvent, type ListedContainer, phaseOf } from '../api/engine-objects.ts';
import { inParallel } from '../api/in-parallel.ts';
import { labels, runOf } from '../containers/labels.ts';
import { containerName, type LaunchName } from '../containers/object-names.ts';
import { secretsHolder } from '../containers/secret-volumes.ts';
import { DockerFiles } from '../launch/docker-files.ts';
import { removeLaunch } from '../launch/launch-objects.ts';
import type { Owner } from '../launch/prepare-launch.ts';
import { keepLogs } from '../logs/keep-logs.ts';
import { describeLostLogs, isLogLost, keptRuns } from '../logs/lost-logs.ts';
import { ContainerEnder } from './container-ender.ts';
import type { EngineLink } from './engine-link.ts';
import { Holders } from './holders.ts';
import { OutsideChanges } from './outside-changes.ts';
import { RunChecks } from './run-checks.ts';
import { RunEnds } from './run-ends.ts';
import { RunStarter } from './run-starter.ts';

/** The runs of one experiment in containers, followed by the events of their engine. */
export class DockerRuns implements ExperimentRunner {
  readonly #context: RunnerContext;
  readonly #link: EngineLink;
  readonly #launch: LaunchName;
  readonly #files: DockerFiles;
  readonly #starter: RunStarter;
  readonly #checks: RunChecks;
  readonly #ender: ContainerEnder;
  readonly #holders: Holders;
  readonly #owner: Owner;
  readonly #ends: RunEnds;
  readonly #outside: OutsideChanges;
  #stopObserving: (() => void) | undefined;
  /** Keys of processes whose state is unclear while the engine does not answer. */
  #unclear: readonly string[] = [];

  constructor(context: RunnerContext, link: EngineLink, owner: Owner) {
    this.#context = context;
    this.#link = link;
    this.#owner = owner;
    this.#files = new DockerFiles(context.folder);
    this.#launch = { experiment: context.record.name, launchId: context.record.launchId };
    this.#holders = new Holders(link.client, this.#launch, this.#files);
    this.#starter = new RunStarter(link.client, context, this.#files, { owner, holders: this.#holders });
    this.#checks = new RunChecks(link.client, context);
    this.#ender = new ContainerEnder(link.client, context);
    this.#ends = new RunEnds(link, context, {
      checks: this.#checks,
      hasSignalled: (id) => this.#ender.hasSignalled(id),
      onEnd: () => void this.#releaseHolders(),
    });
    this.#outside = new OutsideChanges(link, context, this.#holders);
  }

  observe(): void {
    this.#stopObserving ??= this.#link.observe(this.#context.record.launchId, {
      onList: (containers) => this.#guard('reading its containers', () => this.#onList(containers)),
      onEvent: (event) => this.#guard(`noting the event ${event.Action}`, () => this.#onEvent(event)),
      onUnreachable: (reason) =>
        this.#guard('noting whether its engine answers', async () => this.#onUnreachable(reason)),
    });
  }

  close(): void {
    this.#stopObserving?.();
    this.#stopObserving = undefined;
    this.#checks.close();
  }

  adopt(): void {
    void this.#link.refresh(this.#context.record.launchId);
  }

  async poll(): Promise<void> {
    await this.#releaseHolders();
  }

  preflight(): StartObstacle | undefined {
    return undefined;
  }

  requireStartable(key: string): void {
    if (existsSync(this.#files.callFile(key))) return;
    const what = `Process ${formatProcess(this.#process(key))} cannot be restarted: its launch file was removed.`;
    throw new SymphonyError('failed', what, {
      hint: advise((say) => `Launch the experiment again with ${say.option('force')}.`),
    });
  }

  outputOffset(): number {
    return 0;
  }

  async start(runs: readonly RunToStart[]): Promise<ReadonlyMap<string, Error>> {
    const errors = new Map<string, Error>();
    await inParallel(runs, async (run) => {
      try {
        await writeFile(this.#files.runFile(run.key, run.run), '', { mode: 0o600 });
        const started = await this.#starter.start(run);
        if ('ending' in started) this.#context.reports.ended(run.key, run.run, started.ending);
        else this.#noteRunning(run.key, run.run, started.id);
        void this.#removeOldRuns(run).catch(() => undefined);
      } catch (error) {
        errors.set(run.key, error as Error);
      }
    });
    return errors;
  }

  async findRunning(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const listed = await this.#listed();
    const running = listed.filter(({ State }) => phaseOf(State) === 'up');
    const found = new Set(running.map(({ Labels }) => runOf(Labels)?.key));
    return new Set(keys.filter((key) => found.has(key)));
  }

  async end(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    await this.#starter.settled(keys);
    const listed = await this.#listed().catch((error: unknown) => {
      const why = messageOf(error).replace(/\.$/, '');
      throw new SymphonyError('failed', `its containers, of which nothing is known: ${why}`);
    });
    const leftovers = await this.#ender.end(keys, listed);
    await Promise.all(keys.filter((key) => !leftovers.has(key)).map((key) => this.#reportEnd(key)));
    for (const key of keys) this.#checks.end(key);
    return leftovers;
  }

  killAtOnce(isWanted: boolean): void {
    this.#ender.killAtOnce(isWanted);
  }

  isIntact(): boolean {
    return existsSync(this.#files.launchFiles) && existsSync(this.#files.runs);
  }

  async repair(): Promise<void> {
    for (const path of [this.#files.launchFiles, this.#files.runs]) await mkdir(path, { recursive: true, mode: 0o700 });
  }

  async keepLogs(keeping: LogKeeping): Promise<readonly string[]> {
    const listed = await this.#listed();
    const notes = await keepLogs(this.#link.client, listed, keeping);
    return keeping.logBytes === 0 ? notes : [...notes, ...describeLostLogs(this.#lostLogs(listed))];
  }

  async remove(): Promise<readonly string[]> {
    await this.#link.requireAnswer();
    return removeLaunch(this.#link.client, this.#context.record.launchId, this.#owner);
  }

  /** By key. */
  #lostLogs(listed: readonly ListedContainer[]): ReadonlyMap<string, readonly number[]> {
    const { processes, runtime } = this.#context;
    const found = new Set(listed.map(({ Labels }) => nameOf(runOf(Labels))));
    const lostOf = (key: string) =>
      runtime(key).runs.filter((run) => !found.has(nameOf({ key, run: run.run })) && isLogLost(run, runtime(key)));
    return new Map([...processes.keys()].map((key) => [key, lostOf(key).map(({ run }) => run)]));
  }

  #onUnreachable(reason: string | undefined): void {
    const { processes, runtime, reports } = this.#context;
    if (reason === undefined) {
      for (const key of this.#unclear) reports.clear(key);
      this.#unclear = [];
      return;
    }
    this.#unclear = [...processes.keys()].filter((key) => isAlive(runtime(key).state));
    for (const key of this.#unclear) reports.unclear(key, `it is not known what it does: ${reason}`);
  }

  async #onEvent({ Action: action, Actor: { ID: id, Attributes } }: EngineEvent): Promise<void> {
    const held = Attributes[labels.group];
    if (held !== undefined && (action === 'die' || action === 'destroy' || action === 'remove'))
      await this.#outside.onHolderEnd(held);
    const found = runOf(Attributes);
    if (found === undefined || !this.#context.processes.has(found.key)) return;
    const { key, run } = found;
    const { reports } = this.#context;
    if (action === 'start') await this.#outside.onStart(key, run, id);
    if (!lacksEnd(this.#context.runtime(key), run)) return;
    if (action === 'kill') this.#ends.noteSignal(id, Number(Attributes.signal) || 'unknown');
    else if (action === 'start') this.#noteRunning(key, run, id);
    else if (action === 'die') await this.#ends.onDie(key, run, id, Attributes.exitCode);
    // The second is Podman's.
    else if (action === 'destroy' || action === 'remove') {
      // One that the engine refused to start is removed, and the start says why.
      if (hasStarted(this.#context.runtime(key)) || !this.#context.isStarting(key)) this.#ends.noteRemoved(key, run);
    } else if (action === 'pause') reports.unclear(key, `its container ${shortId(id)} is paused`);
    else if (action === 'unpause') reports.clear(key);
  }

  async #onList(containers: readonly ListedContainer[]): Promise<void> {
    const { processes, runtime, isStarting } = this.#context;
    await this.#outside.onList(containers);
    for (const { State, Labels } of containers) {
      const held = Labels[labels.group];
      if (held !== undefined && State === 'running') this.#holders.note(held);
    }
    const byRun = new Map(containers.map((container) => [nameOf(runOf(container.Labels)), container]));
    for (const key of processes.keys()) {
      const current = runtime(key);
      if (!isAlive(current.state) || isStarting(key)) continue;
      const { run } = current;
      const container = byRun.get(nameOf({ key, run }));
      if (container === undefined) {
        // The list may be older than the container.
        if (hasStarted(current)) await this.#ends.note(key, run, current.id ?? containerName(this.#launch, key, run));
        else this.#context.reports.neverStarted(key, run, 'it was never started: it has no container');
      } else if (phaseOf(container.State) === 'up') {
        this.#noteRunning(key, run, container.Id);
        // What was unclear to an earlier supervisor, or before the connection was lost.
        if (container.State === 'running' && current.state === 'running' && !current.ready)
          this.#context.reports.clear(key);
        if (container.State === 'paused')
          this.#context.reports.unclear(key, `its container ${shortId(container.Id)} is paused`);
      } else if (phaseOf(container.State) === 'new' && !hasStarted(current)) {
        await this.#link.client.removeContainer(container.Id);
        this.#context.reports.neverStarted(key, run, 'it was never started');
      } else await this.#ends.noteUnseen(key, run, container.Id);
    }
  }

  #noteRunning(key: string, run: number, id: string): void {
    const { reports, runtime } = this.#context;
    reports.started(key, run, { id, facts: { container: shortId(id) } });
    if (runtime(key).run === run && isAlive(runtime(key).state)) this.#checks.begin(key, id);
  }

  /** Once all processes have ended for good for which something is held, nothing needs it. */
  #releaseHolders(): Promise<void> {
    const { processes, runtime, isStarting } = this.#context;
    const uses = (member: ResolvedProcess, held: string) =>
      held === secretsHolder ? member.secrets.length > 0 : member.group === held;
    const isNeeded = (held: string) =>
      [...processes].some(([key, member]) => uses(member, held) && (isStarting(key) || !isFinal(runtime(key).state)));
    return this.#holders.releaseUnused(isNeeded);
  }

  /** The event of an end may come late. */
  async #reportEnd(key: string): Promise<void> {
    const { run, id, state } = this.#context.runtime(key);
    if (id === undefined || !isAlive(state)) return;
    await this.#ends.note(key, run, id).catch(() => undefined);
  }

  async #removeOldRuns({ key, run }: RunToStart): Promise<void> {
    if (run <= keptRuns) return;
    const old = (await this.#listed()).filter(({ Labels }) => {
      const found = runOf(Labels);
      return found?.key === key && found.run <= run - keptRuns;
    });
    for (const { Id } of old) await this.#link.client.removeContainer(Id);
  }

  async #listed(): Promise<readonly ListedContainer[]> {
    await this.#link.requireAnswer();
    return this.#link.client.listContainers({ [labels.launch]: this.#context.record.launchId });
  }

  #guard(step: string, action: () => Promise<void>): Promise<void> {
    return this.#context.barrier.runAsync(step, action);
  }

  #process(key: string): ResolvedProcess {
    return this.#context.processes.get(key) as ResolvedProcess;
  }
}

function nameOf(run: { readonly key: string; readonly run: number } | undefined): string {
  return run === undefined ? '' : `${run.key}.${run.run}`;
}
