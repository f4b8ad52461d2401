import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { median, milliseconds, type Row, withHome } from './measure.ts';

const rounds = 5;

/** Launches and deletes 100 processes that end immediately on a signal. */
export async function bench(): Promise<readonly Row[]> {
  return withHome(async (symphony, home) => {
    const spec = join(home, 'many.yaml');
    await writeFile(spec, 'name: many\nprocesses:\n  quiet: { command: [sleep, "100000"], replicas: 100 }\n');
    const launches: number[] = [];
    const deletes: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      launches.push((await symphony('launch', spec)).milliseconds);
      await symphony('wait', 'many');
      deletes.push((await symphony('delete', 'many', '--force')).milliseconds);
    }
    const [launch, remove] = [median(launches), median(deletes)];
    return [
      { what: 'launch 100 processes on local', reach: 'under 1 s', measured: milliseconds(launch), met: launch < 1000 },
      {
        what: 'delete 100 processes that end at once',
        reach: 'under 1 s',
        measured: milliseconds(remove),
        met: remove < 1000,
      },
    ];
  });
}
