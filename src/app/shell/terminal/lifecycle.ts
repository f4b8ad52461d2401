/** Exit codes of a program that a signal ended, by the convention of shells. */
const signalCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export interface LifecycleOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Ends the interface in order; the terminal still works. */
  end(code: number): void;
  /** The terminal has disappeared: it can no longer be read or written. */
  terminalGone(): void;
  /** A rejection was not handled; the interface can continue. */
  strayRejection(reason: unknown): void;
  /** An exception was not caught; the interface cannot continue safely. */
  crash(error: unknown): void;
  /** Another process stops this one (SIGTSTP). */
  stop(): void;
  /** This process continues after a stop that it could not catch (SIGSTOP). */
  resumed(): void;
}

/**
 * Listens for everything outside the interface that ends, stops or resumes it.
 * @returns removes the listeners
 */
export function watchLifecycle(options: LifecycleOptions): () => void {
  const { stdin, stdout } = options;
  const undo: (() => void)[] = [];
  function on(emitter: NodeJS.EventEmitter, event: string, listener: (...values: never[]) => void): void {
    emitter.on(event, listener as (...values: unknown[]) => void);
    undo.push(() => emitter.off(event, listener as (...values: unknown[]) => void));
  }
  for (const [signal, code] of Object.entries(signalCodes)) on(process, signal, () => options.end(code));
  on(process, 'SIGTSTP', () => options.stop());
  on(process, 'SIGCONT', () => options.resumed());
  on(process, 'unhandledRejection', (reason: unknown) => options.strayRejection(reason));
  on(process, 'uncaughtException', (error: unknown) => options.crash(error));
  // When the terminal disappears, the input ends and every write fails. Reading on would spin.
  on(stdin, 'end', () => options.terminalGone());
  on(stdin, 'error', () => options.terminalGone());
  on(stdout, 'error', () => options.terminalGone());
  on(stdout, 'close', () => options.terminalGone());
  return () => {
    for (const remove of undo) remove();
  };
}
