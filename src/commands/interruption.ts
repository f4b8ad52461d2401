import { SymphonyError } from '../engine/errors.ts';
import { systemErrorText } from '../engine/system-error.ts';

export interface Interruption {
  readonly signal: AbortSignal;
  /** What the process is to exit with because of it; undefined as long as nothing happened. */
  exitCode(): number | undefined;
  /** Why the output could not be written; undefined as long as it could, or its reader has had enough. */
  outputFailure(): SymphonyError | undefined;
  ignoreInterrupts(): () => void;
  /** Watches whether somebody still reads what is written there. */
  readonly watchReader: (stream: NodeJS.WriteStream) => void;
  /** Lets go of the signals. */
  end(): void;
}

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Ending = keyof typeof exitCodes;

/**
 * What ends a command from outside: a signal, or a reader of its output that has had enough. All of them abort one
 * signal; a second interrupt ends the process at once.
 */
export function watchInterruption(host: NodeJS.Process = process): Interruption {
  const controller = new AbortController();
  let exitCode: number | undefined;
  let outputFailure: SymphonyError | undefined;
  let ignoring = 0;
  const abort = (code: number) => {
    exitCode ??= code;
    controller.abort(new SymphonyError('interrupted', 'Interrupted.'));
  };
  const onSignal = (name: Ending) => {
    if (name === 'SIGINT' && ignoring > 0) return;
    if (controller.signal.aborted) host.exit(exitCodes[name]);
    abort(exitCodes[name]);
  };
  const signals = Object.keys(exitCodes) as Ending[];
  for (const name of signals) host.on(name, onSignal);
  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    outputFailure: () => outputFailure,
    ignoreInterrupts() {
      ignoring += 1;
      return () => {
        ignoring -= 1;
      };
    },
    watchReader(stream) {
      stream.on('error', (error: NodeJS.ErrnoException) => {
        // What cannot be said on stderr cannot be said at all.
        if (stream !== host.stdout) return;
        // `symphony logs x | head -1`: head has what it wanted, and that is no failure.
        if (error.code === 'EPIPE') return abort(0);
        outputFailure ??= outputError(error);
        abort(1);
      });
    },
    end() {
      for (const name of signals) host.off(name, onSignal);
    },
  };
}

function outputError(error: NodeJS.ErrnoException): SymphonyError {
  return new SymphonyError('failed', `Cannot write the output: ${systemErrorText(error)}.`, { cause: error });
}
