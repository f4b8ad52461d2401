import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import xterm from '@xterm/headless';
import { spawn } from 'node-pty';
import { screenToSvg } from './pictures/svg.ts';

// Takes the pictures of the documentation from the real bin in a real terminal, with real experiments on this machine.
const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'bin/symphony.js');
const folder = join(root, 'docs/pictures');
const size = { cols: 118, rows: 30 };

const home = await mkdtemp(join(tmpdir(), 'symphony-pictures-'));
const env = { ...process.env, SYMPHONY_HOME: home, TERM: 'xterm-256color', NO_COLOR: '', SHELL: '/bin/sh' };
const symphony = (...args: string[]) => promisify(execFile)(process.execPath, [bin, ...args], { env });

/** An experiment with failures, shown beside the one that learns. */
const sweep = {
  name: 'sweep',
  processes: {
    scheduler: { command: 'sleep 1000', bind: ['queue'], ready: 'started' },
    'out-of-memory': { command: 'sleep 0.3; kill -9 $$' },
  },
  groups: {
    trials: {
      processes: {
        trial: {
          command:
            'echo "trial $SYMPH_REPLICA"; test "$SYMPH_REPLICA" != 2 || { echo "ValueError: learning rate is not finite" >&2; exit 1; }; sleep 1000',
          replicas: 4,
          connect: ['queue'],
          restart: 'on-failure',
        },
      },
    },
  },
};

const emulator = new xterm.Terminal({ ...size, allowProposedApi: true });

function text(): string {
  const { active } = emulator.buffer;
  return Array.from({ length: size.rows }, (_, row) => active.getLine(row)?.translateToString(true) ?? '').join('\n');
}

async function until(pattern: RegExp): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!pattern.test(text())) {
    if (performance.now() > deadline) throw new Error(`${pattern} never came:\n${text()}`);
    await delay(100);
  }
}

async function picture(name: string, title: string): Promise<void> {
  await writeFile(join(folder, `${name}.svg`), screenToSvg(emulator, title));
  process.stderr.write(`docs/pictures/${name}.svg\n`);
}

try {
  await mkdir(folder, { recursive: true });
  const file = join(home, 'sweep.json');
  await writeFile(file, JSON.stringify(sweep));
  await symphony('launch', file);
  await cp(join(root, 'examples/rl'), join(home, 'rl'), { recursive: true });
  await symphony('launch', join(home, 'rl/rl.yaml'), '--wait');
  const terminal = spawn(process.execPath, [bin], { ...size, env, cwd: home, name: 'xterm-256color' });
  terminal.onData((data) => emulator.write(data));
  try {
    await until(/rl \* +● running/);
    await until(/sweep +▲ degraded/);
    await picture('experiments', 'symphony');
    terminal.write('\r');
    await until(/agent-2 .*MiB/);
    // The time that the small history graphs need to fill.
    await delay(20_000);
    await picture('processes', 'symphony › rl');
    terminal.write('L');
    await until(/following/);
    terminal.write('/mean return\r');
    await until(/\/mean return \d+ of \d+/);
    terminal.write('G');
    await until(/following/);
    await picture('logs', 'symphony › rl › all');
    terminal.write('\x1b');
    await delay(200);
    terminal.write('\x1b');
    await until(/agent-2 .*MiB/);
    terminal.write('\r');
    await until(/Environment/);
    await picture('process', 'symphony › rl › learner');
    terminal.write('\x1b');
    await until(/agent-2 .*MiB/);
    terminal.write('\x1b');
    await until(/› experiments/);
    terminal.write('j\r');
    await until(/trial-2 .*exit code 1/);
    terminal.write('f');
    await until(/out-of-memory: /);
    await picture('failures', 'symphony › sweep');
  } finally {
    terminal.kill();
  }
} finally {
  await symphony('delete-batch', '*', '--force').catch(() => {});
  await rm(home, { recursive: true, force: true });
}
