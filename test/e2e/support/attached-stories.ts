import type { ChildProcess } from 'node:child_process';
import { expect } from 'vitest';
import type { RunResult } from '../../support/bin.ts';
import type { Session } from '../../support/session.ts';
import { waitFor } from '../../support/wait-for.ts';

/** Where the stories of attached launches happen. */
export interface AttachedPlace {
  readonly session: Session;
  /** Fields that every experiment needs there. */
  readonly fields?: object;
  /** Seconds that something may take. */
  readonly patience?: number;
}

/** A launch in the foreground, without a terminal. */
export class AttachedLaunch {
  readonly result: Promise<RunResult>;
  stdout = '';
  stderr = '';
  readonly #patience: number;
  #child: ChildProcess | undefined;

  constructor({ session, patience = 60 }: AttachedPlace, file: string, flags: readonly string[] = []) {
    this.#patience = patience;
    this.result = session.run(['launch', file, '-A', ...flags], {
      timeout: patience * 3,
      onSpawn: (child) => {
        this.#child = child;
        child.stdout?.on('data', (data) => {
          this.stdout += data;
        });
        child.stderr?.on('data', (data) => {
          this.stderr += data;
        });
      },
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async until(pattern: RegExp, output: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
    const found = () => pattern.test(this[output]);
    await waitFor(found, { timeout: this.#patience, what: `${pattern}` }).catch(() => {
      throw new Error(`No ${pattern} in ${JSON.stringify(this.stdout)} or ${JSON.stringify(this.stderr)}`);
    });
  }
}

function spec({ session, fields }: AttachedPlace, processes: object): Promise<string> {
  return session.file('fg.json', { name: 'fg', ...fields, processes });
}

async function expectGone({ session }: AttachedPlace): Promise<void> {
  expect((await session.experiments()).map(({ name }) => name)).not.toContain('fg');
}

const polite = {
  command:
    'trap "echo ending; sleep 0.5; echo the last words; exit 0" TERM; echo up; while :; do sleep 0.1; done 2> /dev/null',
};
const deaf = {
  command: 'trap "" TERM INT HUP; echo up; while :; do sleep 0.2; done',
  stop: { timeout: 600 },
};

/** Everything that was written is on stdout, with the names of the processes; the rest is on stderr. */
export async function succeedsAndFails(place: AttachedPlace): Promise<void> {
  const count = 'i=0; while [ $i -lt 200 ]; do echo "line $i"; i=$((i + 1)); done; printf "no end"';
  const file = await spec(place, { one: { command: count }, other: { command: 'sleep 1; echo here' } });
  const good = await new AttachedLaunch(place, file).result;
  expect(good).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Deleted fg.') });
  const lines = good.stdout.split('\n').slice(0, -1);
  const expected = [...Array.from({ length: 200 }, (_, index) => `one   | line ${index}`), 'one   | no end'];
  expect(lines.filter((line) => line.startsWith('one '))).toEqual(expected);
  expect(lines.filter((line) => !line.startsWith('one '))).toEqual(['other | here']);
  await expectGone(place);

  const failing = await spec(place, { one: { command: 'echo broken; exit 7' }, other: { command: 'echo here' } });
  const bad = await new AttachedLaunch(place, failing).result;
  expect(bad.exitCode).toBe(1);
  expect(bad.stdout.split('\n').sort()).toEqual(['', 'one   | broken', 'other | here']);
  expect(bad.stderr).toMatch(/error: one failed: exit code 7/);
  await expectGone(place);
}

/** The processes get their stop signals, and what they write while they end is shown. */
export async function endsOnSignal(place: AttachedPlace, signal: NodeJS.Signals, exitCode: number): Promise<void> {
  const launch = new AttachedLaunch(place, await spec(place, { one: polite, two: polite }));
  await launch.until(/one \| up/);
  await launch.until(/two \| up/);
  launch.kill(signal);
  const result = await launch.result;
  expect(result.exitCode).toBe(exitCode);
  for (const name of ['one', 'two'])
    expect(result.stdout).toMatch(new RegExp(`${name} \\| ending\n(.*\n)*${name} \\| the last words\n`));
  expect(result.stderr).toContain('Deleted fg.');
  await expectGone(place);
}

/** A second interrupt does not wait for the stop signals. */
export async function killsOnSecondSignal(place: AttachedPlace): Promise<void> {
  const launch = new AttachedLaunch(place, await spec(place, { main: deaf }));
  await launch.until(/up/);
  launch.kill('SIGINT');
  await launch.until(/Ending fg/, 'stderr');
  // A signal that follows at once counts as the same one, passed on by a shell.
  const interruptedAt = performance.now();
  await waitFor(() => performance.now() > interruptedAt + 500);
  launch.kill('SIGINT');
  await launch.until(/Killing fg/, 'stderr');
  const result = await launch.result;
  expect(result.exitCode).toBe(130);
  expect(result.stderr).toContain('Deleted fg.');
  await expectGone(place);
}
