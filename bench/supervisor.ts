import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Row, withHome } from './measure.ts';

const seconds = 20;

/** Measures the supervisor of quiet processes, and of one that floods its log. */
export async function bench(): Promise<readonly Row[]> {
  return [
    ...(await quiet(100, { cpuShare: 0.01, megabytes: 80 })),
    ...(await quiet(1000, { cpuShare: 0.1, megabytes: 200 })),
    ...(await ruled({ cpuShare: 0.01, megabytes: 80 })),
    await flooded(),
  ];
}

async function flooded(): Promise<Row> {
  return withHome(async (symphony, home) => {
    const spec = join(home, 'flood.yaml');
    await writeFile(spec, 'name: flood\nprocesses:\n  main: { command: "exec yes 0123456789", log: { size: 64Mi } }\n');
    await symphony('launch', spec, '--wait');
    const pid = findSupervisor(home);
    const before = cpuSeconds(pid);
    await delay(seconds * 1000);
    const share = (cpuSeconds(pid) - before) / seconds;
    return {
      what: 'supervisor while a process writes as fast as it can, CPU',
      reach: 'under 10 % of a core',
      measured: `${(share * 100).toFixed(2)} %`,
      met: share < 0.1,
    };
  });
}

interface Limits {
  readonly cpuShare: number;
  readonly megabytes: number;
}

async function quiet(replicas: number, most: Limits): Promise<readonly Row[]> {
  return withHome(async (symphony, home) => {
    const spec = join(home, 'many.yaml');
    await writeFile(spec, `name: many\nprocesses:\n  quiet: { command: [sleep, "100000"], replicas: ${replicas} }\n`);
    await symphony('launch', spec, '--wait');
    return rest(home, `supervisor with ${replicas.toLocaleString('en')} quiet processes`, most);
  });
}

/** Processes with several rules each, at rest; then after restarts, which have left thousands of events. */
async function ruled(most: Limits): Promise<readonly Row[]> {
  return withHome(async (symphony, home) => {
    const spec = join(home, 'many.yaml');
    const rules = { restart: 'on-failure', maxRestarts: 3, maxDuration: '5h', alive: { silence: '1h' } };
    const quiet = { command: ['sleep', '100000'], replicas: 100, ...rules };
    const groups = { all: { processes: { quiet } } };
    await writeFile(
      spec,
      JSON.stringify({ name: 'many', endsWith: 'all', onFailure: 'stop', maxDuration: '10h', groups }),
    );
    await symphony('launch', spec, '--wait');
    const rows = await rest(home, 'supervisor with 100 quiet processes with rules', most);
    for (let round = 0; round < 5; round += 1) {
      await symphony('restart', 'all/', '-e', 'many');
      await symphony('wait', 'many');
    }
    const { stdout } = await symphony('events', 'many', '-o', 'json');
    const events = (stdout.split('\n').length - 1).toLocaleString('en');
    const after = `the same after 500 restarts, with ${events} events`;
    return [...rows, ...(await rest(home, after, { ...most, megabytes: 120 }))];
  });
}

/** Measures the supervisor while nothing happens. */
async function rest(home: string, what: string, most: Limits): Promise<readonly Row[]> {
  const pid = findSupervisor(home);
  await delay(3_000);
  const before = cpuSeconds(pid);
  await delay(seconds * 1000);
  const share = (cpuSeconds(pid) - before) / seconds;
  const memory = residentBytes(pid) / 2 ** 20;
  return [
    {
      what: `${what}, CPU`,
      reach: `under ${most.cpuShare * 100} % of a core`,
      measured: `${(share * 100).toFixed(2)} %`,
      met: share < most.cpuShare,
    },
    {
      what: `${what}, memory`,
      reach: `under ${most.megabytes} MB`,
      measured: `${memory.toFixed(0)} MB`,
      met: memory < most.megabytes,
    },
  ];
}

/** The supervisor whose environment names this home. */
export function findSupervisor(home: string): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (
        command.includes('supervisor') &&
        readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`SYMPHONY_HOME=${home}`)
      )
        return Number(pid);
    } catch {
      // The process is gone, or another user's.
    }
  }
  throw new Error('no supervisor runs');
}

/** User and system time, from proc_pid_stat(5), at 100 ticks a second. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
