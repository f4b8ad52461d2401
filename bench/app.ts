import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import xterm from '@xterm/headless';
import { spawn } from 'node-pty';
import { bin, inTurn, milliseconds, type Row, ratio, run, withHome } from './measure.ts';
import { cpuSeconds } from './supervisor.ts';

export const size = { cols: 200, rows: 50 };
/** Compiled to JavaScript: a program whose types Node strips itself needs 30 MB more. */
const changingProgram = stripTypeScriptTypes(readFileSync(new URL('app-changing.ts', import.meta.url), 'utf8'));

/** Seconds of flood; the design's ten minutes with SYMPHONY_BENCH_FLOOD=600. */
const floodSeconds = Number(process.env.SYMPHONY_BENCH_FLOOD ?? 120);
const dist = new URL('../dist/', import.meta.url).href;
const idleSeconds = 20;
const keys = 200;

/** The full-screen interface in a real terminal, with the screen as it is displayed. */
export class App {
  readonly #emulator = new xterm.Terminal({ ...size, allowProposedApi: true });
  readonly #pty;
  #onDraw: () => void = () => {};

  constructor(argv: readonly string[], home: string) {
    this.#pty = spawn(process.execPath, [...argv], {
      ...size,
      name: 'xterm-256color',
      env: { ...process.env, SYMPHONY_HOME: home, SYMPHONY_BENCH_DIST: dist, TERM: 'xterm-256color' },
    });
    this.#pty.onData((data) => this.#emulator.write(data, () => this.#onDraw()));
  }

  get pid(): number {
    return this.#pty.pid;
  }

  row(index: number): string {
    const { active } = this.#emulator.buffer;
    return active.getLine(active.viewportY + index)?.translateToString(true) ?? '';
  }

  press(key: string): void {
    this.#pty.write(key);
  }

  /** Resolves with the milliseconds until the screen matches. */
  async until(condition: () => boolean): Promise<number> {
    const start = performance.now();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error(`The screen never came: ${this.row(0)}`)), 60_000);
    this.#onDraw = () => {
      if (condition()) resolve();
    };
    this.#onDraw();
    await promise.finally(() => clearTimeout(timer));
    this.#onDraw = () => {};
    return performance.now() - start;
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pty.onExit(() => resolve());
    this.#pty.kill('SIGKILL');
    await promise;
    this.#emulator.dispose();
  }
}

/** Measures the full-screen interface. */
export async function bench(): Promise<readonly Row[]> {
  return [await firstFrame(), await idle(), ...(await flood())];
}

async function firstFrame(): Promise<Row> {
  return withHome(async (_symphony, home) => {
    const full = async () => {
      const app = new App([bin], home);
      const taken = await app.until(() => app.row(size.rows - 1).includes('help'));
      await app.close();
      return taken;
    };
    const {
      first,
      second,
      ratio: times,
    } = await inTurn(11, full, async () => (await run(process.execPath, ['-e', '0'])).milliseconds);
    return {
      what: 'bare `symphony` to its first full frame, against an empty `node` program',
      reach: 'at most 8x',
      measured: `${ratio(times)} (${milliseconds(first)} / ${milliseconds(second)})`,
      met: times <= 8,
    };
  });
}

async function idle(): Promise<Row> {
  return withHome(async (symphony, home) => {
    const spec = join(home, 'many.json');
    const quiet = { command: ['sleep', '100000'], replicas: 1000 };
    await writeFile(spec, JSON.stringify({ name: 'many', groups: { all: { processes: { quiet } } }, processes: {} }));
    await symphony('launch', spec, '--wait');
    const app = new App([bin], home);
    await app.until(() => app.row(3).includes('many'));
    await delay(3000);
    const before = cpuSeconds(app.pid);
    await delay(idleSeconds * 1000);
    const share = (cpuSeconds(app.pid) - before) / idleSeconds;
    await app.close();
    return {
      what: 'full-screen interface, 1,000 processes, nothing happening, CPU',
      reach: 'under 2 % of a core',
      measured: `${(share * 100).toFixed(2)} %`,
      met: share < 0.02,
    };
  });
}

async function flood(): Promise<Row[]> {
  return withHome(async (_symphony, home) => {
    const program = join(home, 'changing.mjs');
    await writeFile(program, changingProgram);
    const app = new App([program], home);
    const status = () => app.row(size.rows - 2);
    await app.until(() => app.row(3).includes('many'));
    app.press('l');
    await app.until(() => /following/.test(status()));
    await delay(3000);
    const times: number[] = [];
    for (let key = 0; key < keys; key += 1) {
      const wanted = / wrap/.test(status()) ? / cut/ : / wrap/;
      app.press('w');
      times.push(await app.until(() => wanted.test(status())));
      await delay(Math.random() * 100);
    }
    times.sort((a, b) => a - b);
    const worst = times[Math.floor(times.length * 0.95)] ?? Number.NaN;
    const early = residentMegabytes(app.pid);
    let peak = early;
    for (let second = 0; second < floodSeconds; second += 1) {
      await delay(1000);
      peak = Math.max(peak, residentMegabytes(app.pid));
    }
    const late = residentMegabytes(app.pid);
    await app.close();
    return [
      {
        what: 'key to screen, 1,000 processes changing, a log flood open, 95th percentile',
        reach: '50 ms',
        measured: `${milliseconds(worst)} (median ${milliseconds(times[times.length >> 1] ?? Number.NaN)})`,
        met: worst <= 50,
      },
      {
        what: `full-screen interface, memory after ${floodSeconds} s of flood`,
        reach: 'flat, under 200 MB',
        measured: `${late.toFixed(0)} MB (${early.toFixed(0)} MB before, ${peak.toFixed(0)} MB at most)`,
        met: peak < 200,
      },
    ];
  });
}

function residentMegabytes(pid: number): number {
  const [, kibibytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}
