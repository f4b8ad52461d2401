import { isAlive } from '../../../engine/contract/status.ts';
import { hasStarted } from '../../../engine/rules/process-runtime.ts';
import type { RunnerContext } from '../../supervision/runs/runner.ts';
import { shortId } from '../api/engine-client.ts';
import type { ContainerState, ListedContainer } from '../api/engine-objects.ts';
import { labels, runOf } from '../containers/labels.ts';
import type { EngineLink } from './engine-link.ts';
import type { Holders } from './holders.ts';

/** Puts right what was done to the containers of an experiment by other means than Symphony. */
export class OutsideChanges {
  readonly #link: EngineLink;
  readonly #context: RunnerContext;
  readonly #holders: Holders;

  constructor(link: EngineLink, context: RunnerContext, holders: Holders) {
    this.#link = link;
    this.#context = context;
    this.#holders = holders;
  }

  /** Looks for what was done while nothing was heard of the engine. @param containers of the launch */
  async onList(containers: readonly ListedContainer[]): Promise<void> {
    const running = containers.filter(({ State }) => State === 'running');
    for (const { Id: id, Labels } of running) {
      const found = runOf(Labels);
      if (found !== undefined && this.#context.processes.has(found.key)) await this.onStart(found.key, found.run, id);
    }
    const held = new Set(running.map(({ Labels }) => Labels[labels.group]));
    const groups = new Set([...this.#context.processes.values()].map(({ group }) => group));
    for (const group of groups) if (group !== null && !held.has(group)) await this.onHolderEnd(group);
  }

  /** Ends a container that runs although its run is over: the next run may be under way. */
  async onStart(key: string, run: number, id: string): Promise<void> {
    if (this.#isUnderWay(key, run)) return;
    const finishedAt = this.#context.runtime(key).runs.find((other) => other.run === run)?.finishedAt;
    const container = await this.#link.client.inspect(id);
    if (container?.State.Running !== true || this.#isUnderWay(key, run)) return;
    // The end of what ran before may be known earlier than its start was reported.
    if (finishedAt !== undefined && Date.parse(container.State.StartedAt) < Date.parse(finishedAt)) return;
    await this.#link.client.kill(id, 'SIGKILL');
    const what = `Container ${shortId(id)} was started by hand, and was ended: run ${run} of ${key} is over.`;
    this.#context.reports.note(`${what} To start a process again, restart it with Symphony.`);
  }

  /**
   * Ends the processes of a group that have lost their network, so that their restart policies can bring them into the next
   * one: they would stay in the old one, which nothing else reaches.
   */
  async onHolderEnd(group: string): Promise<void> {
    const { processes, runtime, isStarting, reports } = this.#context;
    this.#holders.forget(group);
    const members = [...processes].filter(
      ([key, member]) => member.group === group && isAlive(runtime(key).state) && hasStarted(runtime(key)),
    );
    if (members.length === 0 || (await this.#link.isStopping())) return;
    const holder = await this.#holders.find(group);
    for (const [key] of members) {
      const { id, run } = runtime(key);
      if (id === undefined || isStarting(key)) continue;
      const member = await this.#link.client.inspect(id);
      if (member?.State.Running !== true || isHeldBy(member.State, holder?.State)) continue;
      reports.hangs(key, run, `the container that holds the network of group ${group} has ended`);
    }
  }

  #isUnderWay(key: string, run: number): boolean {
    const runtime = this.#context.runtime(key);
    return runtime.run === run && isAlive(runtime.state);
  }
}

/** Whether a container has joined the network of another that runs. */
export function isHeldBy(
  member: Pick<ContainerState, 'StartedAt'>,
  holder: Pick<ContainerState, 'StartedAt' | 'Running'> | undefined,
): boolean {
  return holder?.Running === true && Date.parse(holder.StartedAt) <= Date.parse(member.StartedAt);
}
