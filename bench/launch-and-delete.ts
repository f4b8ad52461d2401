import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finished, median, milliseconds, type Row, withHome } from './measure.ts';

const rounds = 5;

type Run = (...argv: string[]) => Promise<Finished>;

/** Launches and deletes 100 processes that end immediately on a signal. A deletion copies them into the history. */
export async function bench(): Promise<readonly Row[]> {
  return withHome(async (symphony, home) => {
    const quiet = await measure(symphony, home, 'command: [sleep, "100000"]');
    const write = 'seq 15000; exec sleep 100000';
    const written = await measure(symphony, home, `command: ${JSON.stringify(write)}, ready: { log: "^15000$" }`);
    return [
      under('launch 100 processes on local', quiet.launch),
      under('delete 100 processes that end at once', quiet.remove),
      under('delete 100 processes that end at once, with 79 kB of log each for the history', written.remove),
    ];
  });
}

/** @param fields of each process @returns medians, in milliseconds */
async function measure(symphony: Run, home: string, fields: string) {
  const spec = join(home, 'many.yaml');
  await writeFile(spec, `name: many\nprocesses:\n  quiet: { ${fields}, replicas: 100 }\n`);
  const launches: number[] = [];
  const deletes: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    launches.push((await symphony('launch', spec)).milliseconds);
    await symphony('wait', 'many');
    deletes.push((await symphony('delete', 'many', '--force')).milliseconds);
  }
  return { launch: median(launches), remove: median(deletes) };
}

function under(what: string, value: number): Row {
  return { what, reach: 'under 1 s', measured: milliseconds(value), met: value < 1000 };
}
