import { randomBytes } from 'node:crypto';
import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { median, milliseconds, type Row, ratio, run, withHome } from './measure.ts';

const rounds = 5;
const processes = 100;
/** Typing is slow, so fewer windows are measured; the time for each is the same. */
const typedProcesses = 8;

/** Measures 100 processes in tmux, against typing their commands into a fresh shell for each window. */
export async function bench(): Promise<readonly Row[]> {
  return withHome(async (symphony, home) => {
    const spec = join(home, 'many.yaml');
    await writeFile(spec, `name: many\nprocesses:\n  quiet: { command: [sleep, "100000"], replicas: ${processes} }\n`);
    const launches: number[] = [];
    const deletes: number[] = [];
    const descriptions: number[] = [];
    const onTmux = (...argv: string[]) => symphony(...argv, '--backend', 'tmux');
    for (let round = 0; round < rounds; round += 1) {
      launches.push((await onTmux('launch', spec)).milliseconds);
      try {
        await onTmux('wait', 'many');
        descriptions.push((await onTmux('p', 'many')).milliseconds);
      } finally {
        deletes.push((await onTmux('delete', 'many', '--force')).milliseconds);
      }
    }
    const typed = await typeIntoShells(home);
    const [launch, describe, remove] = [median(launches), median(descriptions), median(deletes)];
    const gain = typed / typedProcesses / (launch / processes);
    return [
      { what: 'launch 100 processes on tmux', reach: 'under 1 s', measured: milliseconds(launch), met: launch < 1000 },
      {
        what: 'typing them into a fresh shell for each window, against that',
        reach: 'far slower',
        measured: ratio(gain),
        met: gain > 2,
      },
      {
        what: 'list 100 processes on tmux (which is not asked for it)',
        reach: 'under 0.5 s',
        measured: milliseconds(describe),
        met: describe < 500,
      },
      { what: 'delete 100 processes on tmux', reach: 'under 1 s', measured: milliseconds(remove), met: remove < 1000 },
    ];
  });
}

/** Milliseconds until the commands typed into this many windows run, one window after the other. */
async function typeIntoShells(home: string): Promise<number> {
  const socket = `symphony-bench-${randomBytes(4).toString('hex')}`;
  const { TMUX, TMUX_TMPDIR, ...env } = process.env;
  const tmux = (...command: string[]) => run('tmux', ['-L', socket, '-f', '/dev/null', ...command], env);
  const start = performance.now();
  try {
    await tmux('new-session', '-d', '-s', 'typed', 'bash');
    for (let index = 0; index < typedProcesses; index += 1) {
      const started = join(home, `typed-${index}`);
      await tmux('new-window', '-t', 'typed', 'bash');
      await tmux('send-keys', '-t', 'typed', `touch ${started}; sleep 100000`, 'Enter');
      while (!(await exists(started))) await delay(2);
    }
    return performance.now() - start;
  } finally {
    await tmux('kill-server');
    await rm(`/tmp/tmux-${process.getuid?.()}/${socket}`, { force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
