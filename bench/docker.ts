import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findEndpoint } from '../src/backends/docker/api/connection/find-endpoint.ts';
import { EngineClient } from '../src/backends/docker/api/engine-client.ts';
import { type Finished, median, milliseconds, type Row, ratio, withHome } from './measure.ts';
import { cpuSeconds, findSupervisor, residentBytes } from './supervisor.ts';

const containers = Number(process.env.SYMPHONY_BENCH_CONTAINERS ?? 100);
const rounds = Number(process.env.SYMPHONY_BENCH_ROUNDS ?? 3);
/** The bare calls are measured with each of these numbers of calls at once, and the best one counts. */
const parallelism = [16, 32];
const idleSeconds = 20;
const image = process.env.SYMPHONY_BENCH_IMAGE ?? 'docker.io/testcluster/busybox:1';

interface Times {
  readonly launch: number;
  readonly remove: number;
}

/** Measures the docker backend on the engine that DOCKER_HOST names, against the same calls made bare. */
export async function bench(): Promise<readonly Row[]> {
  if (!process.env.DOCKER_HOST) {
    process.stderr.write('docker: skipped, as DOCKER_HOST names no engine\n');
    return [];
  }
  const client = new EngineClient(await findEndpoint());
  try {
    return await withHome((symphony, home) => {
      const onDocker = (...argv: string[]) => symphony(...argv, '--backend', 'docker');
      return measure(client, onDocker, home);
    });
  } finally {
    client.close();
  }
}

async function measure(
  client: EngineClient,
  symphony: (...argv: string[]) => Promise<Finished>,
  home: string,
): Promise<readonly Row[]> {
  const name = `bench-${randomBytes(3).toString('hex')}`;
  const spec = join(home, 'many.json');
  const quiet = { command: ['sleep', '100000'], replicas: containers };
  await writeFile(spec, JSON.stringify({ name, image, startDir: '/', processes: { quiet } }));
  const plan = JSON.parse((await symphony('launch', spec, '--dry-run', '-o', 'json')).stdout) as Plan;
  const calls = plan.documents.flatMap(({ call }) => (call === undefined ? [] : [call]));

  const bare = new Map<number, Times[]>(parallelism.map((atOnce) => [atOnce, []]));
  const own: Times[] = [];
  const rows: Row[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const [atOnce, times] of bare) times.push(await launchBare(client, calls, atOnce));
    const launch = (await symphony('launch', spec, '--wait')).milliseconds;
    if (round === 0) rows.push(...(await rest(home)));
    own.push({ launch, remove: (await symphony('delete', name, '--force')).milliseconds });
  }
  return [
    compared(`launch ${containers} containers, until all run`, 'launch', 1.3, { bare, own }),
    compared(`delete ${containers} containers`, 'remove', 1.5, { bare, own }),
    ...rows,
  ];
}

interface Plan {
  readonly documents: readonly { readonly call?: Readonly<Record<string, unknown>> }[];
}

/** Creates, starts, stops and removes containers and their network with no call that is not needed. */
async function launchBare(
  client: EngineClient,
  calls: readonly Readonly<Record<string, unknown>>[],
  atOnce: number,
): Promise<Times> {
  const network = `bench-${randomBytes(6).toString('hex')}`;
  const begin = performance.now();
  await client.createNetwork(network, {});
  const ids: string[] = [];
  await inParallel([...calls.entries()], atOnce, async ([index, call]) => {
    const Labels = { 'symphony-bench': network };
    const HostConfig = { ...(call.HostConfig as object), NetworkMode: network };
    const id = await client.createContainer(`${network}-${index}`, {
      ...call,
      Labels,
      HostConfig,
      NetworkingConfig: undefined,
    });
    await client.start(id);
    ids.push(id);
  });
  const launched = performance.now();
  await inParallel(ids, atOnce, (id) => client.kill(id, 'SIGTERM'));
  await inParallel(ids, atOnce, async (id) => {
    while ((await client.inspect(id))?.State.Running) await delay(20);
    await client.removeContainer(id);
  });
  // Docker 20.10 keeps the network if it has miscounted containers that left at the same time.
  await client.removeNetwork(network).catch(() => undefined);
  return { launch: launched - begin, remove: performance.now() - launched };
}

async function inParallel<Item>(
  items: readonly Item[],
  atOnce: number,
  handle: (item: Item) => Promise<unknown>,
): Promise<void> {
  const rest = items.values();
  const work = async () => {
    for (const item of rest) await handle(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

function compared(
  what: string,
  part: keyof Times,
  most: number,
  { bare, own }: { readonly bare: ReadonlyMap<number, readonly Times[]>; readonly own: readonly Times[] },
): Row {
  const medians = [...bare].map(([atOnce, times]) => ({ atOnce, time: median(times.map((each) => each[part])) }));
  const best = medians.reduce((a, b) => (b.time < a.time ? b : a));
  const time = median(own.map((each) => each[part]));
  const measured = time / best.time;
  return {
    what: `${what}, against the bare calls`,
    reach: `at most ${most}x`,
    measured: `${ratio(measured)} (${milliseconds(time)} / ${milliseconds(best.time)}, ${best.atOnce} calls at once)`,
    met: measured <= most,
  };
}

/** The supervisor of quiet containers while nothing happens. */
async function rest(home: string): Promise<readonly Row[]> {
  const pid = findSupervisor(home);
  await delay(3_000);
  const before = cpuSeconds(pid);
  await delay(idleSeconds * 1000);
  const share = (cpuSeconds(pid) - before) / idleSeconds;
  const memory = residentBytes(pid) / 2 ** 20;
  const what = `supervisor with ${containers} quiet containers`;
  return [
    {
      what: `${what}, CPU`,
      reach: 'under 1 % of a core',
      measured: `${(share * 100).toFixed(2)} %`,
      met: share < 0.01,
    },
    { what: `${what}, memory`, reach: 'under 80 MB', measured: `${memory.toFixed(0)} MB`, met: memory < 80 },
  ];
}
