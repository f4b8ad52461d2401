/** Exit codes of a program that a signal ended, as shells count them. */
const signalCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export interface LifecycleOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** End, in order; the terminal is still there. */
  end(code: number): void;
  /** The terminal is gone: nothing may be written or read any more. */
  terminalGone(): void;
  /** Something was thrown that nobody caught, and the interface can go on. */
  strayRejection(reason: unknown): void;
  /** Something was thrown that nobody caught, and nothing is certain any more. */
  crash(error: unknown): void;
  /** Somebody stops this process from outside. */
  stop(): void;
  /** It goes on after it was stopped without being asked. */
  resumed(): void;
}

/**
 * Everything that ends the interface from outside. Returns a function that listens no more.
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
  // A terminal that goes away ends the input and fails every write; whoever goes on reading spins.
  on(stdin, 'end', () => options.terminalGone());
  on(stdin, 'error', () => options.terminalGone());
  on(stdout, 'error', () => options.terminalGone());
  on(stdout, 'close', () => options.terminalGone());
  return () => {
    for (const remove of undo) remove();
  };
}
