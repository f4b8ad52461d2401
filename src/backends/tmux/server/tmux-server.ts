import { existsSync } from 'node:fs';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { type ProgramResult, runProgram } from '../../kit/programs/run-program.ts';
import type { LaunchTraces } from '../../supervision/records/experiment-record.ts';
import { findTmux } from './find-tmux.ts';
import { reachServer } from './server-socket.ts';
import { ownSocketName } from './socket-name.ts';
import { tmuxEnvironment } from './tmux-environment.ts';

const answerSeconds = 10;
/** Added for each command, because starting a program takes a while on a busy machine. */
const secondsForCommand = 0.02;
const noServer = /no server running|error connecting to|server exited|lost server/;
/** The answer of a server without sessions, which it has for a moment after its last one, before it exits. */
const noSession = /no current target/;

/** Symphony's own tmux server, separate from any other server of the user. */
export class TmuxServer {
  readonly program: string;
  readonly socket: string;

  constructor(program: string, socket: string) {
    this.program = program;
    this.socket = socket;
  }

  /**
   * The server that an experiment was launched in. If the recorded tmux program no longer exists, it is searched again.
   */
  static async of(launch: LaunchTraces): Promise<TmuxServer> {
    const { program = '', socket = ownSocketName() } = launch.options ?? {};
    return new TmuxServer(
      existsSync(program) ? program : (await findTmux(launch.searchPath || undefined)).path,
      socket,
    );
  }

  /** Arguments that precede the command of every call. */
  get arguments(): readonly string[] {
    return ['-L', this.socket, '-f', '/dev/null'];
  }

  /**
   * Runs a command; resolves with its output, or undefined if no server is running, or one without sessions.
   * @throws SymphonyError with tmux's message
   */
  query(...command: readonly string[]): Promise<string | undefined> {
    return this.#query(command, false);
  }

  async #query(command: readonly string[], isRetry: boolean): Promise<string | undefined> {
    const result = await runProgram(this.program, [...this.arguments, ...command], {
      env: tmuxEnvironment(),
      seconds: answerSeconds,
    });
    if (result.exitCode === 0) return result.stdout;
    if (noSession.test(result.stderr)) return undefined;
    if (!noServer.test(result.stderr)) throw refused(result);
    return isRetry || !(await reachServer(this.socket)) ? undefined : this.#query(command, true);
  }

  /** Runs a command file, and starts the server if necessary. @throws SymphonyError with tmux's message */
  async run(commands: string): Promise<void> {
    let result = await this.#runFile(commands);
    // A server that exits after its last session may take a command and not run it.
    if (result.exitCode !== 0 && noServer.test(result.stderr)) result = await this.#runFile(commands);
    if (result.exitCode !== 0) throw refused(result);
  }

  #runFile(commands: string): Promise<ProgramResult> {
    const args = [...this.arguments, 'start-server', ';', 'source-file', '-'];
    const seconds = answerSeconds + secondsForCommand * commands.split('\n').length;
    return runProgram(this.program, args, { env: tmuxEnvironment(), seconds, input: commands });
  }
}

function refused({ stdout, stderr }: ProgramResult): SymphonyError {
  const message = (stderr + stdout).trim().split('\n')[0] || 'it gave no reason';
  return new SymphonyError('failed', `tmux refused: ${message}.`);
}
