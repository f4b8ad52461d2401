import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { App, size } from './app.ts';
import { counting, counts } from './kube-counter.ts';
import { onFakeNodes, withFakeNodes } from './kube-fake-nodes.ts';
import { followFlood } from './kube-logs.ts';
import { comparingProgram, listingProgram, watchingProgram } from './kube-programs.ts';
import { type KubeServer, kubeServer } from './kube-server.ts';
import { bin, compare, type Finished, inTurn, milliseconds, type Row, ratio, run, withHome } from './measure.ts';
import { cpuSeconds, residentBytes } from './supervisor.ts';

const pods = 5000;
const label = `${pods.toLocaleString('en')} pods`;
const nodes = 10;
/** Longer than the interval of the server's bookmarks. */
const idleSeconds = 90;

/** Measures the kube backend on the cluster that KUBECONFIG names, with the fake nodes of SYMPHONY_TEST_CLUSTER. */
export async function bench(): Promise<readonly Row[]> {
  const { KUBECONFIG, SYMPHONY_TEST_CLUSTER: folder } = process.env;
  if (!KUBECONFIG) return skip('KUBECONFIG names no cluster');
  const server = await kubeServer();
  const many = folder
    ? await manyPods(server, folder)
    : skip('SYMPHONY_TEST_CLUSTER names no fake nodes for many pods');
  return [...many, ...(await followFlood(server))];
}

function skip(why: string): readonly Row[] {
  process.stderr.write(`kube: skipped, as ${why}\n`);
  return [];
}

interface Many {
  readonly name: string;
  readonly home: string;
  /** The file from which it reads the server and the path of the bare list. */
  readonly listing: string;
  readonly onKube: (command: string, ...argv: string[]) => Promise<Finished>;
}

async function manyPods(server: KubeServer, folder: string): Promise<readonly Row[]> {
  return withFakeNodes(server, { folder, count: nodes }, () =>
    withHome(async (symphony, home) => {
      const name = `bench-${randomBytes(3).toString('hex')}`;
      const onKube = (command: string, ...argv: string[]) => symphony(command, '--backend', 'kube', ...argv);
      const [spec, listing] = [join(home, 'many.json'), join(home, 'listing.json')];
      const quiet = { command: ['sleep', '100000'], replicas: pods };
      await writeFile(spec, JSON.stringify({ name, image: 'none', kube: onFakeNodes, processes: { quiet } }));
      const module = new URL('../dist/backends/kube.js', import.meta.url).href;
      const path = `/api/v1/namespaces/${name}/pods`;
      await writeFile(listing, JSON.stringify({ ...server, path, count: pods, experiment: name, rounds: 7, module }));
      const rows: Row[] = [];
      let launch: number;
      try {
        launch = (await onKube('launch', spec)).milliseconds;
        await onKube('wait', name, '--timeout', '600');
        const many = { name, home, listing, onKube };
        rows.push(await firstTable(many), await firstSnapshot(many), ...(await watching(many)));
      } finally {
        const { milliseconds: remove } = await onKube('delete', name, '--force', '--wait');
        rows.push({
          what: `delete ${label}, until all are gone`,
          reach: 'under 5 min',
          measured: milliseconds(remove),
          met: remove < 300_000,
        });
      }
      return [
        {
          what: `launch ${label}, until all are created`,
          reach: 'under 2 min',
          measured: milliseconds(launch),
          met: launch < 120_000,
        },
        ...rows,
      ];
    }),
  );
}

async function firstTable({ name, home, listing, onKube }: Many): Promise<Row> {
  const program = join(home, 'list.mjs');
  await writeFile(program, listingProgram);
  const table = async () => {
    const { milliseconds: taken, stdout } = await onKube('p', name, '-o', 'table');
    const lines = stdout.trimEnd().split('\n').length - 1;
    if (lines !== pods) throw new Error(`The table has ${lines} processes.`);
    return taken;
  };
  const list = async () => (await run(process.execPath, [program, listing])).milliseconds;
  const { first, second, ratio: times } = await inTurn(7, table, list);
  return {
    what: `\`symphony p\` of ${label}, warm, wall, against a \`node\` program that lists and parses them`,
    reach: 'at most 2x',
    measured: `${ratio(times)} (${milliseconds(first)} / ${milliseconds(second)})`,
    met: times <= 2,
  };
}

async function firstSnapshot({ home, listing }: Many): Promise<Row> {
  const program = join(home, 'compare.mjs');
  await writeFile(program, comparingProgram);
  const { stdout } = await run(process.execPath, [program, listing]);
  const { first, second, ratio: times } = compare(JSON.parse(stdout));
  return {
    what: `a library's watch to its first snapshot of ${label}, against the bare list in the same process`,
    reach: 'at most 2x',
    measured: `${ratio(times)} (${milliseconds(first)} / ${milliseconds(second)})`,
    met: times <= 2,
  };
}

/** The library and the full-screen interface, watching at the same time. */
async function watching({ name, home, listing }: Many): Promise<Row[]> {
  const program = join(home, 'watch.mjs');
  await writeFile(program, watchingProgram);
  const counted = await counting(home);
  const library = spawn(process.execPath, [...counted, program, listing], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(library, 'exit');
  try {
    await Promise.race([once(library.stdout, 'data'), exited]);
    const app = await openApp(counted, name, home);
    try {
      return await idle(home, { 'a library': library.pid ?? 0, 'the full-screen interface': app.pid });
    } finally {
      await app.close();
    }
  } finally {
    library.kill();
    await exited;
  }
}

async function openApp(counted: readonly string[], name: string, home: string): Promise<App> {
  const app = new App([...counted, bin, '--backend', 'kube'], home);
  try {
    const shows = (text: string) => () =>
      Array.from({ length: size.rows - 3 }, (_, row) => app.row(row + 2)).some((row) => row.includes(text));
    await app.until(shows(name));
    app.press('/');
    app.press(name);
    app.press('\r');
    await delay(500);
    app.press('\r');
    await app.until(shows('quiet-'));
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** Measures idle programs. */
async function idle(home: string, programs: Readonly<Record<string, number>>): Promise<Row[]> {
  await delay(3000);
  const look = async ([what, pid]: readonly [string, number]) => ({
    what,
    pid,
    cpu: cpuSeconds(pid),
    ...(await counts(home, pid)),
  });
  const before = await Promise.all(Object.entries(programs).map(look));
  if (before.some(({ requests, received }) => requests === 0 || received === 0)) throw new Error('Nothing is counted.');
  await delay(idleSeconds * 1000);
  const after = await Promise.all(Object.entries(programs).map(look));
  return before.flatMap(({ what, pid, cpu, requests, received }, index) => {
    const now = after[index] as (typeof before)[number];
    const asked = now.requests - requests;
    const share = (now.cpu - cpu) / idleSeconds;
    const memory = residentBytes(pid) / 2 ** 20;
    return [
      {
        what: `${what} that watches ${label}, ${idleSeconds} s of nothing happening`,
        reach: 'no request beyond the watches, under 2 % of a core',
        measured: `${asked} requests, ${now.received - received} bytes received, ${(share * 100).toFixed(2)} % CPU`,
        met: asked === 0 && share < 0.02,
      },
      {
        what: `${what} that watches ${label}, memory`,
        reach: 'under 200 MB',
        measured: `${memory.toFixed(0)} MB`,
        met: memory < 200,
      },
    ];
  });
}
