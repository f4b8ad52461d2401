import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

interface Outcome {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
}

it('follows the import rules', async () => {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [program, 'src', 'test/packages', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const run = promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 1 << 28 });
  // dependency-cruiser exits with the number of violations, and prints them in that case, too.
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  const { summary } = JSON.parse(stdout) as Outcome;
  expect(summary.totalCruised).toBeGreaterThan(20);
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
}, 60_000);

/** The lines of the sources under these folders that match, each with its place. */
function linesWith(pattern: RegExp, folders: readonly string[]): string[] {
  return folders.flatMap((folder) => {
    const files = globSync(`src/${folder}/**/*.{ts,tsx}`, { cwd: root });
    expect(files.length).toBeGreaterThan(10);
    return files.flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
    );
  });
}

it('names no backend in the engine, the app and the commands', () => {
  expect(linesWith(/kube|tmux|docker|slurm|\bpods?\b|namespace/i, ['engine', 'app', 'commands'])).toEqual([]);
});
