import { spawnSync } from 'node:child_process';
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

function isLaunched(): boolean {
  const { stdout } = spawnSync(process.execPath, [bin, 'ls', '-o', 'name', ...onLocal], { encoding: 'utf8' });
  return stdout.split('\n').includes('rl');
}

if (!isLaunched()) symphony('launch', spec);
if (process.stdin.isTTY && process.stdout.isTTY) {
  symphony('ui');
} else {
  symphony('wait', 'rl', '--timeout', '60');
  symphony('process', 'rl');
  process.stdout.write('\n');
  symphony('logs', '-e', 'rl', '--tail', '3');
}
process.stdout.write(`
The experiment goes on. From here:
  npx symphony ls                  experiments
  npx symphony process             the processes of this one
  npx symphony logs agent-0 -f     what one of them writes
  npx symphony visit dashboard     its reward curve, in the browser
  npx symphony                     all of it, full-screen
  npx symphony delete rl           end it, with nothing left behind
`);
