import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bin, inTurn, median, milliseconds, type Row, ratio, run, withHome } from './measure.ts';

const written = 512;

/** Measures writing and reading large logs. */
export async function bench(): Promise<readonly Row[]> {
  return [await throughput(), await tail(), await whole()];
}

/** A process under Symphony times its own writing, as does the same program with a plain file as output. */
async function throughput(): Promise<Row> {
  return withHome(async (symphony, home) => {
    const program = join(home, 'flood.mjs');
    await writeFile(program, floodProgram);
    const result = join(home, 'result');
    const spec = join(home, 'flood.yaml');
    const limit = `${written * 4}Mi`;
    await writeFile(
      spec,
      `name: flood\nprocesses:\n  flood:\n    command: [${process.execPath}, ${program}, ${result}]\n    log: { size: ${limit} }\n`,
    );
    const under = async () => {
      await symphony('launch', spec);
      await symphony('wait', 'flood', '--for', 'done');
      await symphony('delete', 'flood', '--force');
      return Number(await readFile(result, 'utf8'));
    };
    const plain = join(home, 'plain.log');
    const alone = async () => {
      await run('/bin/sh', ['-c', `exec "${process.execPath}" "${program}" "${result}" >>"${plain}"`]);
      await rm(plain);
      return Number(await readFile(result, 'utf8'));
    };
    const { first, second, ratio: slower } = await inTurn(9, under, alone);
    return {
      what: `a process that writes ${written} MiB as fast as it can, against writing to a plain file`,
      reach: 'within 5 %',
      measured: `${ratio(slower)} (${milliseconds(first)} / ${milliseconds(second)})`,
      met: slower <= 1.05,
    };
  });
}

/** Writes lines of 100 bytes in chunks of 64 KiB, as a buffering program does. */
const floodProgram = `import { writeSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
// Waits until the launching command has ended, so that only the writing is measured.
await delay(1500);
const piece = Buffer.from(('x'.repeat(99) + '\\n').repeat(655));
const end = ${written} * 2 ** 20;
const start = performance.now();
for (let done = 0; done < end; done += piece.length) writeSync(1, piece);
writeFileSync(process.argv[2], String(performance.now() - start));
`;

async function tail(): Promise<Row> {
  return withHome(async (symphony, home) => {
    for (const [name, megabytes] of [
      ['large', 1024],
      ['small', 1],
    ] as const) {
      const spec = join(home, `${name}.yaml`);
      const command = `yes "a line of a log of $(printf '%070d' 1)" | head -c ${megabytes}M`;
      await writeFile(spec, JSON.stringify({ name, processes: { writer: { command, log: { size: '2Gi' } } } }));
      await symphony('launch', spec);
      await symphony('wait', name, '--for', 'done');
    }
    const times = { large: [] as number[], small: [] as number[] };
    const read = (name: 'large' | 'small') => async () => {
      const { milliseconds: time } = await symphony('logs', 'writer', '-e', name, '--tail', '100');
      times[name].push(time);
      return time;
    };
    const { ratio: slower } = await inTurn(11, read('large'), read('small'));
    return {
      what: '`logs --tail 100` of a 1 GB log, against a 1 MB log',
      reach: 'within 2x',
      measured: `${ratio(slower)} (${milliseconds(median(times.large))} / ${milliseconds(median(times.small))})`,
      met: slower <= 2,
    };
  });
}

/** A log of 12.5 million short lines into a pipe: unchanged, and with options that process each line. */
async function whole(): Promise<Row> {
  return withHome(async (symphony, home) => {
    const spec = join(home, 'lines.yaml');
    const command = 'seq 1 12500000';
    await writeFile(spec, JSON.stringify({ name: 'lines', processes: { writer: { command, log: { size: '1Gi' } } } }));
    await symphony('launch', spec, '--wait=done');
    const copy = join(home, 'copy');
    await pipe(`"${process.execPath}" "${bin}" logs writer >"${copy}"`, home);
    const read = (options: string) => () => pipe(`"${process.execPath}" "${bin}" logs writer ${options}`, home);
    const { first, second, ratio: slower } = await inTurn(9, read(''), () => pipe(`cat "${copy}"`, home));
    const decorated = [];
    for (const options of ['--grep 99999$', '--timestamps', '-o json']) {
      decorated.push(`${options}: ${milliseconds(await read(options)())}`);
    }
    return {
      what: '`logs` of 104 MB into a pipe, against `cat`',
      reach: 'at most 10x',
      measured: `${ratio(slower)} (${milliseconds(first)} / ${milliseconds(second)}; ${decorated.join(', ')})`,
      met: slower <= 10,
    };
  });
}

async function pipe(command: string, home: string): Promise<number> {
  const env = { ...process.env, SYMPHONY_HOME: home };
  return (await run('/bin/sh', ['-c', `${command} | cat >/dev/null`], env)).milliseconds;
}
