import { statSync } from 'node:fs';
import { SymphonyError } from '../../engine/contract/errors.ts';
import { processKey } from '../../engine/contract/process-key.ts';
import { advise } from '../../engine/text/advice.ts';
import { bundledFile } from '../kit/programs/bundled-file.ts';
import { runProgram } from '../kit/programs/run-program.ts';
import { KeeperRunner } from '../supervision/keeper/runs/keeper-runner.ts';
import type { KeeperToStart } from '../supervision/keeper/runs/keeper-starter.ts';
import { type ExperimentRecord, type LaunchTraces, resolveRecord } from '../supervision/records/experiment-record.ts';
import type { PreparedLaunch } from '../supervision/runs/runner.ts';
import { isOwnMark, processMark, sessionMark } from './marks.ts';
import { listPanes, type Pane } from './server/panes.ts';
import { tmuxCommand } from './server/quote.ts';
import { reachServer } from './server/server-socket.ts';
import { ownSocketName } from './server/socket-name.ts';
import { tmuxEnvironment } from './server/tmux-environment.ts';
import { TmuxServer } from './server/tmux-server.ts';
import { historyLimit } from './tmux-section.ts';
import {
  newSessionCommands,
  newWindowCommands,
  respawnCommands,
  type WindowToStart,
  windowName,
} from './window-commands.ts';

/** Starts the keeper of each run in a window of the experiment's session; the next run reuses the window. */
export class TmuxRunner extends KeeperRunner {
  /** Starts run one after another, because each depends on the existing sessions and windows. */
  #last: Promise<unknown> = Promise.resolve();
  #supportsTailOptions: Promise<boolean> | undefined;

  override async check(launch: PreparedLaunch): Promise<void> {
    await super.check(launch);
    const { record } = launch;
    if (!(await reachServer(record.options?.socket ?? ownSocketName()))) return;
    const server = await TmuxServer.of(record);
    refuseForeignSession(server, record, await listPanes(server));
  }

  override async startKeepers(
    record: ExperimentRecord,
    runs: readonly KeeperToStart[],
  ): Promise<ReadonlyMap<string, Error>> {
    await this.#serialize(() => this.#start(record, runs));
    return new Map();
  }

  override removeTraces(launch: LaunchTraces): Promise<void> {
    return this.#serialize(() => removeSessions(launch));
  }

  #serialize<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(action);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #start(record: ExperimentRecord, runs: readonly KeeperToStart[]): Promise<void> {
    const server = await TmuxServer.of(record);
    this.#supportsTailOptions ??= supportsTailOptions();
    const isQuick = await this.#supportsTailOptions;
    const order = resolveRecord(record).processes.map(processKey);
    const windows = runs.map((run) => toWindow(record, run, order.indexOf(run.key), isQuick));
    const panes = await listPanes(server);
    const session = panes.find((pane) => pane.sessionMark === sessionMark(record));
    if (session === undefined) await startSession(server, record, panes, windows);
    else await server.run(startInSession(session, panes, windows));
  }
}

async function startSession(
  server: TmuxServer,
  record: ExperimentRecord,
  panes: readonly Pane[],
  windows: readonly WindowToStart[],
): Promise<void> {
  const named = refuseForeignSession(server, record, panes);
  const commands = newSessionCommands({
    name: record.name,
    temporaryName: `symphony-${record.launchId}`,
    mark: sessionMark(record),
    historyLimit: historyLimit(record.spec.tmux),
    windows,
  });
  // A leftover session of an earlier launch whose tmux had stopped answering.
  const stale = named === undefined ? '' : tmuxCommand('kill-session', '-t', named.session);
  await server.run(stale + commands);
}

/** @returns a pane of the session of the experiment's name, if there is one, which was created from this home */
function refuseForeignSession(server: TmuxServer, record: ExperimentRecord, panes: readonly Pane[]): Pane | undefined {
  const named = panes.find(({ sessionName }) => sessionName === record.name);
  if (named === undefined || isOwnMark(named.sessionMark)) return named;
  const place = `the tmux server ${server.socket}`;
  throw new SymphonyError('conflict', `There is a session ${record.name} on ${place} that is not this experiment's.`, {
    hint: advise(
      (say) =>
        `Rename it or end it (tmux -L ${server.socket} attach -t ${record.name}), or launch under another ${say.either('--name', 'name')}.`,
    ),
  });
}

function startInSession(session: Pane, panes: readonly Pane[], windows: readonly WindowToStart[]): string {
  const target = `${session.session}:`;
  const taken = new Set(panes.filter((pane) => pane.session === session.session).map(({ index }) => index));
  return windows
    .map((window) => {
      const pane = panes.find(({ processMark }) => processMark === window.mark);
      if (pane !== undefined) return respawnCommands(pane.pane, window);
      const index = taken.has(window.index) ? Math.max(...taken) + 1 : window.index;
      taken.add(index);
      return newWindowCommands(target, { ...window, index });
    })
    .join('');
}

async function removeSessions(launch: LaunchTraces): Promise<void> {
  if (!(await reachServer(launch.options?.socket ?? ownSocketName()))) return;
  const server = await TmuxServer.of(launch);
  const panes = await listPanes(server);
  const mark = sessionMark(launch);
  const sessions = new Set(panes.filter((pane) => pane.sessionMark === mark).map(({ session }) => session));
  // The user may have moved windows into another session.
  const moved = panes.filter(
    (pane) => pane.processMark.startsWith(processMark(launch, '')) && !sessions.has(pane.session),
  );
  const commands = [
    ...[...sessions].map((session) => tmuxCommand('kill-session', '-t', session)),
    ...[...new Set(moved.map(({ pane }) => pane))].map((pane) => tmuxCommand('kill-pane', '-t', pane)),
  ];
  if (commands.length > 0) await server.run(commands.join(''));
}

function toWindow(record: ExperimentRecord, run: KeeperToStart, index: number, isQuick: boolean): WindowToStart {
  const { process: resolvedProcess, launchFile, runPath, logFile } = run;
  const window = { index, name: windowName(resolvedProcess), mark: processMark(record, run.key) };
  const keeper = (mode: string) => ['/bin/sh', bundledFile('keeper.sh'), mode, launchFile, runPath, logFile];
  if (resolvedProcess.tty) return { ...window, argv: keeper('terminal'), terminalLog: logFile };
  return { ...window, argv: [...keeper('pane'), String(fileSize(logFile) + 1), ...(isQuick ? ['quick'] : [])] };
}

function fileSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Whether tail(1) supports the GNU options `-s` (poll interval) and `--pid`. */
async function supportsTailOptions(): Promise<boolean> {
  const options = ['-s', '.25', '--pid=1', '-c', '1'];
  return runProgram('/usr/bin/env', ['tail', ...options], { env: tmuxEnvironment(), seconds: 5 }).then(
    ({ exitCode }) => exitCode === 0,
    () => false,
  );
}
