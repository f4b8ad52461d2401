import { SymphonyError } from '../engine/errors.ts';

export interface Interruption {
  readonly signal: AbortSignal;
  /** What the process is to exit with because of it; undefined as long as nothing happened. */
  exitCode(): number | undefined;
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
    ignoreInterrupts() {
      ignoring += 1;
      return () => {
        ignoring -= 1;
      };
    },
    watchReader(stream) {
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE') throw error;
        // `symphony logs x | head -1`: head has what it wanted, and that is no failure.
        if (stream === host.stdout) abort(0);
      });
    },
    end() {
      for (const name of signals) host.off(name, onSignal);
    },
  };
}
