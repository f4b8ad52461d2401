import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { requireCapability } from '../../../src/engine/client/require-capability.ts';
import { isAlive as isAliveState, type ProcessReference } from '../../../src/engine/contract/status.ts';
import type { ExperimentSpec } from '../../../src/engine/spec/experiment-spec.ts';
import type { Cluster } from '../../../src/index.ts';
import { repository } from '../../support/bin.ts';
import { hasTmux } from '../../support/has-tmux.ts';
import { describeProcesses, type HostProcess, hostProcesses, killAll } from '../../support/host-processes.ts';
import { mountSmallDisk, type SmallDisk } from '../../support/small-disk.ts';
import { type TemporaryHome, temporaryHome } from '../../support/temporary-home.ts';
import { waitFor } from '../../support/wait-for.ts';
import { OwnTmux } from '../tmux/support/own-tmux.ts';

/** The built package, because its supervisor starts faster after a kill than one that runs from the sources. */
const built = (await import(
  pathToFileURL(join(repository, 'dist/index.js')).href
)) as typeof import('../../../src/index.ts');

/** How long new rounds begin, in milliseconds. */
const duration = 6_000;
const callSeconds = 45;
const name = 'rl';

/** Programs that are hard to end: they ignore a closed terminal, end slowly, and have children in other sessions. */
const programs = {
  slow: { command: 'trap "" HUP; trap "sleep 0.7; exit 0" TERM; while :; do sleep 0.1; done' },
  deaf: { command: 'trap "" HUP TERM INT; while :; do sleep 0.1; done', stop: { timeout: 0.5 } },
  parent: { command: 'trap "" HUP; setsid sh -c "trap \\"\\" HUP; while :; do sleep 0.1; done" & sleep 600' },
  flaky: { command: 'trap "" HUP; sleep 0.5; exit 1', restart: 'always' },
  failing: { command: 'trap "" HUP; sleep 1.5; exit 1', restart: 'on-failure', maxRestarts: 3 },
} as const;
const keys = Object.keys(programs);

type IntentKind = 'launch' | 'force' | 'restart' | 'stop' | 'delete' | 'kill the supervisor' | 'fill the disk';

interface PlannedIntent {
  /** Milliseconds after the round began. */
  readonly at: number;
  readonly kind: IntentKind;
  readonly processes: readonly string[];
  /** How long the disk stays full, in milliseconds. */
  readonly full: number;
}

const weights: Readonly<Record<IntentKind, number>> = {
  launch: 4,
  force: 14,
  restart: 40,
  stop: 14,
  delete: 18,
  'kill the supervisor': 5,
  'fill the disk': 30,
};

/** Reproducible random numbers from 0 to 1 (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The intents of one round: a restart, and others that begin before it is over. */
function planRound(random: () => number, hasDisk: boolean): PlannedIntent[] {
  const kinds = (Object.keys(weights) as IntentKind[])
    .filter((kind) => hasDisk || kind !== 'fill the disk')
    .flatMap((kind) => new Array<IntentKind>(weights[kind]).fill(kind));
  const intend = (kind: IntentKind, at: number): PlannedIntent => {
    const processes = keys.filter(() => random() < 0.5);
    return { at, kind, processes: processes.length > 0 ? processes : ['slow'], full: 300 + random() * 1200 };
  };
  const others = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
    const kind = kinds[Math.floor(random() * kinds.length)] as IntentKind;
    return intend(kind, random() * 900);
  });
  return [intend('restart', random() * 100), ...others].sort((one, other) => one.at - other.at);
}

/** One backend with its own home, and the history of what was requested of it. */
class Interleaving {
  readonly #place: TemporaryHome;
  readonly #connect: () => Promise<Cluster>;
  readonly #disk: SmallDisk | undefined;
  readonly history: string[] = [];

  constructor(place: TemporaryHome, connect: () => Promise<Cluster>, disk: SmallDisk | undefined) {
    this.#place = place;
    this.#connect = connect;
    this.#disk = disk;
  }

  /** Performs each intent at its time, without waiting for earlier ones; resolves when all are over. */
  async round(intents: readonly PlannedIntent[]): Promise<void> {
    this.history.push('-- round');
    if (this.#members().length === 0) await this.#perform({ at: 0, kind: 'force', processes: [], full: 0 });
    await Promise.all(
      intents.map(async (intent) => {
        await delay(intent.at);
        await this.#perform(intent);
      }),
    );
    await this.#disk?.makeRoom();
    await this.#expectTruth();
  }

  async #perform({ kind, processes, full }: PlannedIntent): Promise<void> {
    const references: ProcessReference[] = processes.map((member) => ({ group: null, name: member }));
    switch (kind) {
      case 'launch':
        return this.#call('launch', async (cluster) => void (await cluster.launch(spec())));
      case 'force':
        return this.#replacing(
          'launch --force',
          async (cluster) => void (await cluster.launch(spec(), { force: true })),
        );
      case 'delete':
        return this.#replacing('delete', async (cluster) => {
          expect(await cluster.delete(name)).toEqual({ name, leftovers: [] });
        });
      case 'restart':
      case 'stop':
        return this.#call(`${kind} ${processes}`, (cluster) =>
          kind === 'restart'
            ? requireCapability(cluster, 'restart').restart(name, references)
            : requireCapability(cluster, 'stop').stop(name, references),
        );
      case 'kill the supervisor':
        this.history.push(kind);
        killAll(this.#running().filter(({ command }) => command.some((argument) => argument.includes('supervisor'))));
        return;
      case 'fill the disk':
        this.history.push(`${kind} for ${Math.round(full)} ms`);
        await this.#disk?.fill();
        await delay(full);
        await this.#disk?.makeRoom();
    }
  }

  /** Performs a call, and asserts that nothing launched before it still runs. */
  async #replacing(what: string, action: (cluster: Cluster) => Promise<void>): Promise<void> {
    const before = new Set(this.#members().map(({ launchId }) => launchId));
    await this.#call(what, async (cluster) => {
      await action(cluster);
      const left = this.#members().filter(({ launchId }) => before.has(launchId));
      expect(describeProcesses(left), `left of what was launched before: ${what}`).toEqual([]);
    });
  }

  /** Performs a call that may be refused with a clear message; any other failure is thrown. */
  async #call(what: string, action: (cluster: Cluster) => Promise<void>): Promise<void> {
    const cluster = await this.#connect();
    const signal = AbortSignal.timeout(callSeconds * 1000);
    const late = new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(new Error(`${what} was not over after ${callSeconds} s`))),
    );
    this.history.push(what);
    try {
      await Promise.race([action(cluster), late]);
      this.history.push(`${what}: done`);
    } catch (error) {
      if (!(error instanceof built.SymphonyError)) throw error;
      this.history.push(`${what}: ${error.code}: ${error.message}`);
      expect(error.message).not.toMatch(/ENOENT|ENOSPC|\.tmp\b|undefined/);
    } finally {
      await cluster.close();
    }
  }

  /** Waits until exactly the processes on record run. */
  async #expectTruth(): Promise<void> {
    const cluster = await this.#connect();
    try {
      const compare = async () => {
        const recorded = await this.#recorded(cluster);
        // Only the root of each run counts: its children have it among their ancestors.
        const members = this.#members();
        const pids = new Set(members.map(({ pid }) => pid));
        const roots = members.filter(({ parent }) => !pids.has(parent));
        const running = roots.map(({ launchId, name, pid }) => `${launchId} ${name} ${pid}`).sort();
        expect(running).toEqual(recorded);
        return true;
      };
      await waitFor(compare, { timeout: 30, what: 'exactly the recorded processes to run' });
    } finally {
      await cluster.close();
    }
  }

  async #recorded(cluster: Cluster): Promise<string[]> {
    const experiments = await cluster.listExperiments();
    if (!experiments.some((experiment) => experiment.name === name)) return [];
    const { launchId } = await cluster.describeExperiment(name);
    const alive = (await cluster.listProcesses(name)).filter(({ state }) => isAliveState(state));
    return alive.map((status) => `${launchId} ${status.name} ${status.pid}`).sort();
  }

  #members(): (HostProcess & { readonly launchId: string; readonly name: string })[] {
    return this.#running().flatMap((found) => {
      const variables = new Map(
        found.environment.split('\0').map((variable) => variable.split(/=(.*)/s).slice(0, 2) as [string, string]),
      );
      const launchId = variables.get('SYMPH_ID');
      return launchId === undefined ? [] : [{ ...found, launchId, name: variables.get('SYMPH_PROCESS') ?? '' }];
    });
  }

  #running(): HostProcess[] {
    return hostProcesses().filter(
      ({ command, environment }) =>
        environment.includes(this.#place.folder) || command.some((argument) => argument.includes(this.#place.folder)),
    );
  }
}

function spec(): ExperimentSpec {
  return { name, startDir: '/', processes: programs, groups: {} };
}

const variants = (['local', 'tmux'] as const).flatMap((backend) => [
  { backend, withDisk: false, title: `on ${backend}` },
  { backend, withDisk: true, title: `on ${backend}, on a disk that fills up` },
]);

describe('launches, replacements, restarts, stops, deletions, policies and kills of the supervisor, all at once', () => {
  test.for(variants)('$title: what runs is on record, and what was deleted is gone', async (variant, { skip }) => {
    const { backend, withDisk } = variant;
    if (backend === 'tmux' && !hasTmux) return skip('tmux is not installed');
    const seed = Number(process.env.SYMPHONY_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
    const place = await temporaryHome();
    const disk = withDisk ? await mountSmallDisk({ place }) : undefined;
    const tmux = new OwnTmux();
    process.env.SYMPHONY_HOME = place.home;
    const connect = () => built.Cluster.new(backend, backend === 'tmux' ? { socket: tmux.socket } : {});
    try {
      if (withDisk && disk === undefined) return skip('mounting a tmpfs needs root, and a machine that allows it');
      const interleaving = new Interleaving(place, connect, disk);
      try {
        const random = randomNumbers(seed);
        const start = performance.now();
        while (performance.now() - start < duration) await interleaving.round(planRound(random, disk !== undefined));
        const cluster = await connect();
        for (const experiment of await cluster.listExperiments()) {
          expect(await cluster.delete(experiment.name)).toMatchObject({ leftovers: [] });
        }
        await cluster.close();
        await place.expectNothingLeft(20);
        if (backend === 'tmux') await tmux.expectGone();
      } catch (error) {
        const replay = `Replay with SYMPHONY_TEST_SEED=${seed}`;
        throw new Error(`${replay}. ${(error as Error).message}\n${interleaving.history.join('\n')}`, { cause: error });
      }
    } finally {
      await tmux.remove();
      await disk?.remove();
      await place.remove();
    }
  });
});
