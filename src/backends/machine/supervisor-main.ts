import { closeSync, writeSync } from 'node:fs';
import { toSymphonyError } from '../../engine/errors.ts';
import { LocalRunStarter } from '../local/local-run-starter.ts';
import { TmuxRunStarter } from '../tmux/tmux-run-starter.ts';
import { describeFault, logSupervisor } from './supervisor-log.ts';
import { runSupervisor } from './supervisor-program.ts';

/** The command that starts it reads on this descriptor how that went: one line, or its end. */
const reportDescriptor = 3;
/** With so many unexpected errors within a minute there is no going on: the next command starts another supervisor. */
const maxFaults = 20;
const faultMilliseconds = 60_000;

let isReported = false;
let faults: number[] = [];

function report(text: string): void {
  if (isReported) return;
  isReported = true;
  try {
    writeSync(reportDescriptor, `${text}\n`);
    // Left open, it would be handed on to everything that is started.
    closeSync(reportDescriptor);
  } catch {
    // The command that started it has ended.
  }
}

function fail(error: unknown): never {
  logSupervisor(`${isReported ? 'ends, because of' : 'could not start:'} ${describeFault(error)}`);
  report(`failed: ${toSymphonyError(error).message}`);
  process.exit(1);
}

/** An error that nothing handles must not end the supervision of everything: what it hit is left as it is. */
function onFault(kind: string, error: unknown): void {
  if (!isReported) fail(error);
  logSupervisor(`${kind}: ${describeFault(error)}`);
  const now = performance.now();
  faults = [...faults.filter((time) => now - time < faultMilliseconds), now];
  if (faults.length < maxFaults) return;
  logSupervisor(`ends, because of ${faults.length} unexpected errors within a minute`);
  process.exit(1);
}

process.title = 'symphony-supervisor';
process.on('uncaughtException', (error) => onFault('unexpected error', error));
process.on('unhandledRejection', (error) => onFault('unexpected error in a promise', error));
try {
  const starters = { local: new LocalRunStarter(), tmux: new TmuxRunStarter() };
  const isNeeded = await runSupervisor(starters, () => report('ready'));
  if (!isNeeded) report('needless');
} catch (error) {
  fail(error);
}
process.exit(0);
