import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly reach: string;
  readonly measured: string;
  readonly met: boolean;
}

/** The bin itself, not npx. */
export const bin = fileURLToPath(new URL('../bin/symphony.js', import.meta.url));

export interface Finished {
  readonly milliseconds: number;
  readonly stdout: string;
}

/** Runs a program to its end. Throws if it fails. */
export function run(program: string, argv: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(program, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      const milliseconds = performance.now() - start;
      if (code === 0) resolve({ milliseconds, stdout });
      else reject(new Error(`${program} ${argv.join(' ')} ended with ${code}: ${stderr}`));
    });
  });
}

/** The medians of several measurements of two actions, taken in turn. */
export async function inTurn(
  rounds: number,
  first: () => Promise<number>,
  second: () => Promise<number>,
): Promise<Compared> {
  const pairs: Pair[] = [];
  await first();
  await second();
  for (let round = 0; round < rounds; round += 1) pairs.push({ first: await first(), second: await second() });
  return compare(pairs);
}

export interface Pair {
  readonly first: number;
  readonly second: number;
}

export interface Compared extends Pair {
  readonly ratio: number;
}

export function compare(pairs: readonly Pair[]): Compared {
  return {
    first: median(pairs.map((pair) => pair.first)),
    second: median(pairs.map((pair) => pair.second)),
    ratio: median(pairs.map((pair) => pair.first / pair.second)),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** An empty SYMPHONY_HOME with a function that runs the bin there; removed afterwards. */
export async function withHome<Result>(
  use: (symphony: (...argv: string[]) => Promise<Finished>, home: string) => Promise<Result>,
): Promise<Result> {
  const home = await mkdtemp(join(tmpdir(), 'symphony-bench-'));
  const env = { ...process.env, SYMPHONY_HOME: home };
  const symphony = (...argv: string[]) => run(process.execPath, [bin, ...argv], env);
  try {
    return await use(symphony, home);
  } finally {
    const { stdout } = await symphony('ls', '-o', 'name');
    for (const name of stdout.split('\n').filter(Boolean)) await symphony('delete', name, '--force');
    await rm(home, { recursive: true, force: true });
  }
}

export function milliseconds(value: number): string {
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(2)} s`;
}

export function ratio(value: number): string {
  return `${value.toFixed(2)}x`;
}
