import { closeSync, writeSync } from 'node:fs';
import { DockerRunner } from '../backends/docker/runs/docker-runner.ts';
import { LocalRunner } from '../backends/local/local-runner.ts';
import { describeFault, logSupervisor } from '../backends/supervision/supervisor/supervisor-log.ts';
import { runSupervisor } from '../backends/supervision/supervisor/supervisor-program.ts';
import { TmuxRunner } from '../backends/tmux/tmux-runner.ts';
import { toSymphonyError } from '../engine/contract/errors.ts';

/** On this descriptor, the command that starts the supervisor reads one line about the outcome, or end of file. */
const reportDescriptor = 3;
/** After this many unexpected errors within a minute the supervisor exits; the next command starts another one. */
const maxFaults = 20;
const faultMilliseconds = 60_000;

let isReported = false;
let faults: number[] = [];

function report(text: string): void {
  if (isReported) return;
  isReported = true;
  try {
    writeSync(reportDescriptor, `${text}\n`);
    // Otherwise every started process would inherit it.
    closeSync(reportDescriptor);
  } catch {
    // The command that started this supervisor has exited.
  }
}

function fail(error: unknown): never {
  logSupervisor(`${isReported ? 'ends, because of' : 'could not start:'} ${describeFault(error)}`);
  report(`failed: ${toSymphonyError(error).message}`);
  process.exit(1);
}

/** An unhandled error must not end the supervision of all experiments. */
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
  const runners = { local: new LocalRunner(), tmux: new TmuxRunner(), docker: new DockerRunner() };
  const isNeeded = await runSupervisor(runners, () => report('ready'));
  if (!isNeeded) report('needless');
} catch (error) {
  fail(error);
}
process.exit(0);
