import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

// Launches the example on this machine and shows it: in the full-screen interface on a terminal, else as a few lines.

const root = new URL('..', import.meta.url);
const bin = fileURLToPath(new URL('bin/symphony.js', root));
const spec = fileURLToPath(new URL('examples/rl/rl.yaml', root));
const onLocal = ['--backend', 'local'];

function symphony(...argv: string[]): void {
  const { status, signal } = spawnSync(process.execPath, [bin, ...argv, ...onLocal], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? (signal === null ? 1 : 130));
}

/** What a command prints as JSON. */
function read<Result>(...argv: string[]): Result {
  const options = [...argv, ...onLocal, '-o', 'json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...options], { encoding: 'utf8' });
  if (status === 0) return JSON.parse(stdout) as Result;
  process.stderr.write(stderr);
  process.exit(status ?? 1);
}

interface Demo {
  readonly name: string;
  readonly isLaunched: boolean;
}

/** The experiment that was launched from the example, or the first name that is free for it. */
function findDemo(): Demo {
  const launched = new Set(read<{ name: string }[]>('ls').map(({ name }) => name));
  for (let number = 1; ; number += 1) {
    const wanted = number === 1 ? 'rl' : number === 2 ? 'rl-demo' : `rl-demo-${number - 1}`;
    // The plan has the final name, which the user's name may be part of.
    const { experiment: name } = read<{ experiment: string }>('launch', spec, '--name', wanted, '--dry-run');
    if (!launched.has(name)) return { name, isLaunched: false };
    if (read<{ startDir: string }>('spec', name).startDir === dirname(spec)) return { name, isLaunched: true };
  }
}

const { name, isLaunched } = findDemo();
if (!isLaunched) symphony('launch', spec, '--name', name);
if (process.stdin.isTTY && process.stdout.isTTY) {
  symphony('ui', name);
} else {
  symphony('wait', name, '--timeout', '60');
  symphony('process', name);
  process.stdout.write('\n');
  symphony('logs', '-e', name, '--tail', '3');
}

const hints: readonly (readonly [string, string])[] = [
  ['ls', 'experiments'],
  [`process ${name}`, 'the processes of this one'],
  [`logs agent-0 -f -e ${name}`, 'what one of them writes'],
  [`visit dashboard ${name}`, 'its reward curve, in the browser'],
  ['', 'all of it, full-screen'],
  [`delete ${name}`, 'end it, with nothing left behind'],
];
const commands = hints.map(([command]) => `npx symphony ${command}`.trimEnd());
const width = Math.max(...commands.map((command) => command.length));
const lines = hints.map(([, meaning], index) => `  ${commands[index]?.padEnd(width)}  ${meaning}\n`);
process.stdout.write(`\nThe experiment goes on. From here:\n${lines.join('')}`);
