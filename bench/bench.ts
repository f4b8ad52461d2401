import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { bench as app } from './app.ts';
import { bench as docker } from './docker.ts';
import { bench as kube } from './kube.ts';
import { bench as deleteMany } from './launch-and-delete.ts';
import { bench as logs } from './logs.ts';
import type { Row } from './measure.ts';
import { bench as startUp } from './start-up.ts';
import { bench as supervisor } from './supervisor.ts';
import { bench as tmux } from './tmux.ts';

/**
 * Measures Symphony's performance targets, as ratios within this run. `npm run bench -- NAME…` runs only those;
 * `--write` puts the table into docs/numbers.md.
 */
const benches: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  'start-up': startUp,
  'launch-and-delete': deleteMany,
  tmux,
  supervisor,
  logs,
  app,
  docker,
  kube,
};

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const rows: Row[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (names.length > 0 && !names.includes(name)) continue;
  process.stderr.write(`${name} …\n`);
  rows.push(...(await bench()));
}

const table = [
  '| what | target | measured | |',
  '|---|---|---|---|',
  ...rows.map(({ what, reach, measured, met }) => `| ${what} | ${reach} | ${measured} | ${met ? 'yes' : '**no**'} |`),
].join('\n');
const load = readFileSync('/proc/loadavg', 'utf8').split(' ')[0];
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, load ${load} at the end`;
const text = `${machine}\n\n${table}\n`;
process.stdout.write(text);
if (process.argv.includes('--write')) {
  const intro = `# Numbers\n\nMade by \`npm run bench -- --write\` on ${new Date().toISOString().slice(0, 10)}. Times are medians; the machine is small, shared and noisy, so only the ratios mean something.\n\n`;
  await writeFile(new URL('../docs/numbers.md', import.meta.url), intro + text);
}
