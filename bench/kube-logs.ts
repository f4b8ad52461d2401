import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { followingProgram } from './kube-programs.ts';
import type { KubeServer } from './kube-server.ts';
import { bin, inTurn, type Row, ratio, run, withHome } from './measure.ts';

const rounds = 3;
/** Seconds after which an unfinished flood fails. */
const floodTimeoutSeconds = 180;
const lines = 1_000_000;
const image = process.env.SYMPHONY_BENCH_IMAGE ?? 'docker.io/testcluster/busybox:1';

/** Writes a tick regularly until a signal, then lines of 100 bytes as fast as it can, and so on. */
const flooding = `awk 'BEGIN { for (i = 1; i <= ${lines}; i++) printf "%07d ${'0'.repeat(91)}\\n", i }' >/tmp/flood
while :; do
  until rm /tmp/go 2>/dev/null; do echo tick; sleep 0.2; done
  cat /tmp/flood
done`;

/** What one follower received of a flood. */
interface Followed {
  readonly milliseconds: number;
  readonly bytes: number;
  readonly lines: number;
}

/** Measures following a log that a pod writes as fast as it can, against Kubernetes's own tools. */
export async function followFlood(server: KubeServer): Promise<Row[]> {
  return withHome(async (symphony, home) => {
    const name = `bench-${randomBytes(3).toString('hex')}`;
    const onKube = (command: string, ...argv: string[]) => symphony(command, '--backend', 'kube', ...argv);
    const spec = join(home, 'flood.json');
    const flood = { command: ['sh', '-c', flooding], image, kube: { imagePullPolicy: 'IfNotPresent' } };
    await writeFile(spec, JSON.stringify({ name, processes: { flood } }));
    try {
      await onKube('launch', spec, '--wait', '--timeout', '120');
      const [rival, argv] = await rivalOf(server, name, home);
      const own = [process.execPath, bin, 'logs', '--backend', 'kube', '-f', 'flood', '-e', name, '--tail', '0'];
      const seen: Record<'symphony' | 'rival', Followed[]> = { symphony: [], rival: [] };
      const env = { ...process.env, SYMPHONY_HOME: home };
      const follow = (who: keyof typeof seen, command: readonly string[]) => async () => {
        const go = () => onKube('exec', 'flood', '-e', name, '--', 'touch', '/tmp/go');
        const followed = await followOnce(command, env, go);
        seen[who].push(followed);
        return followed.milliseconds / followed.bytes;
      };
      const { first, second, ratio: slower } = await inTurn(rounds, follow('symphony', own), follow('rival', argv));
      const speed = (perByte: number) => `${(1000 / perByte / 2 ** 20).toFixed(0)} MiB/s`;
      return [
        {
          what: `\`symphony logs -f\` of a pod that writes ${(lines * 100) / 1e6} MB as fast as it can, against ${rival}`,
          reach: 'at most 1.25x the time',
          measured: `${ratio(slower)} (${speed(first)} / ${speed(second)}; ${arrived(seen.symphony)} / ${arrived(seen.rival)} of the lines)`,
          met: slower <= 1.25,
        },
      ];
    } finally {
      await onKube('delete', name, '--force', '--wait');
    }
  });
}

/** kubectl, or without it a minimal Node program. */
async function rivalOf(server: KubeServer, namespace: string, home: string): Promise<[string, readonly string[]]> {
  const path = `/api/v1/namespaces/${namespace}/pods/flood/log?container=flood&follow=true&tailLines=0`;
  const hasKubectl = await run('kubectl', ['version', '--client']).then(
    () => true,
    () => false,
  );
  if (hasKubectl)
    return ['`kubectl logs -f`', ['kubectl', '-n', namespace, 'logs', '-f', 'flood', '-c', 'flood', '--tail', '0']];
  const [program, request] = [join(home, 'follow.mjs'), join(home, 'follow.json')];
  await writeFile(program, followingProgram);
  await writeFile(request, JSON.stringify({ ...server, path }));
  return ['a `node` program that follows over HTTPS', [process.execPath, program, request]];
}

/** Starts the flood once the pod is followed, and times the follower from its first line to its last. */
async function followOnce(
  [program, ...argv]: readonly string[],
  env: NodeJS.ProcessEnv,
  go: () => Promise<unknown>,
): Promise<Followed> {
  const child = spawn(program as string, argv, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const failed = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => failed.reject(new Error(`${program} saw no end of the flood`)),
    floodTimeoutSeconds * 1000,
  );
  try {
    return await Promise.race([
      readFlood(child, () => go().catch(failed.reject)),
      failed.promise,
      exited.then(([code]) => {
        throw new Error(`${program} ended with ${code}`);
      }),
    ]);
  } finally {
    clearTimeout(timer);
    child.kill();
    await exited;
  }
}

async function readFlood(child: ChildProcess, go: () => Promise<unknown>): Promise<Followed> {
  let going: Promise<unknown> | undefined;
  let start: number | undefined;
  let bytes = 0;
  let count = 0;
  let last = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    going ??= go();
    if (start === undefined && !chunk.includes('0000000')) continue;
    start ??= performance.now();
    bytes += chunk.length;
    // Only lines of the flood end in a 0.
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1))
      if ((at === 0 ? last : chunk[at - 1]) === 48) count += 1;
    last = chunk.at(-1) ?? 0;
    if (chunk.lastIndexOf('tick') < chunk.lastIndexOf('00')) continue;
    const milliseconds = performance.now() - start;
    await going;
    return { milliseconds, bytes, lines: count };
  }
  throw new Error('The log ended before the flood did.');
}

function arrived(all: readonly Followed[]): string {
  const least = Math.min(...all.map((followed) => followed.lines));
  return least === lines ? 'all' : `${((100 * least) / lines).toFixed(3)} %`;
}
