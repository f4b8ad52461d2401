import { SymphonyError } from '../../engine/contract/errors.ts';
import { systemErrorText } from '../../engine/files/system-error.ts';

export interface Interruption {
  readonly signal: AbortSignal;
  /** For connections: aborted by an interruption too, unless the command still needs them to handle it. */
  readonly connections: AbortSignal;
  /** The exit code of this process after an interruption; undefined before. */
  exitCode(): number | undefined;
  /** The error of writing the output; undefined without one, or if the reader closed the pipe. */
  outputFailure(): SymphonyError | undefined;
  ignoreInterrupts(): () => void;
  /**
   * Lets the command handle an interruption: it keeps its connections, and the second signal calls the listener instead of
   * ending the process; a third one ends it. Returns a function that ends this.
   */
  onSecondInterrupt(listener: () => void): () => void;
  /** Watches whether the stream still has a reader. */
  readonly watchReader: (stream: NodeJS.WriteStream) => void;
  /** Removes the signal handlers. */
  end(): void;
}

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/**
 * A signal so soon after the first is the same one: a shell or a package runner passes on what the terminal has sent to all.
 */
const repeatMilliseconds = 300;
type EndingSignal = keyof typeof exitCodes;

/**
 * Watches for what ends a command from outside: a signal, or a closed pipe. Each aborts the AbortSignal; a second signal
 * ends the process at once.
 */
export function watchInterruption(host: NodeJS.Process = process): Interruption {
  const controller = new AbortController();
  const connections = new AbortController();
  let exitCode: number | undefined;
  let outputFailure: SymphonyError | undefined;
  let ignoring = 0;
  let signalledAt = 0;
  let held: { readonly listener?: () => void } | undefined;
  const abort = (code: number) => {
    exitCode ??= code;
    const reason = new SymphonyError('interrupted', 'Interrupted.');
    controller.abort(reason);
    if (held === undefined) connections.abort(reason);
  };
  const onFurtherSignal = (name: EndingSignal) => {
    // A closed terminal is told to a program more than once, too.
    if (held !== undefined && (name === 'SIGHUP' || performance.now() < signalledAt + repeatMilliseconds)) return;
    signalledAt = performance.now();
    if (held?.listener === undefined) host.exit(exitCodes[name]);
    const { listener } = held;
    held = {};
    listener();
  };
  const onSignal = (name: EndingSignal) => {
    if (name === 'SIGINT' && ignoring > 0) return;
    if (controller.signal.aborted) {
      onFurtherSignal(name);
      return;
    }
    signalledAt = performance.now();
    abort(exitCodes[name]);
  };
  const signals = Object.keys(exitCodes) as EndingSignal[];
  for (const name of signals) host.on(name, onSignal);
  return {
    signal: controller.signal,
    connections: connections.signal,
    exitCode: () => exitCode,
    outputFailure: () => outputFailure,
    ignoreInterrupts() {
      ignoring += 1;
      return () => {
        ignoring -= 1;
      };
    },
    onSecondInterrupt(listener) {
      held = { listener };
      return () => {
        held = undefined;
      };
    },
    watchReader(stream) {
      stream.on('error', (error: NodeJS.ErrnoException) => {
        // A failure of stderr cannot be reported anywhere.
        if (stream !== host.stdout) return;
        // In `symphony logs x | head -1`, head ends first, which is not a failure.
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
