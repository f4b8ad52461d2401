/** Runs something soon, and at most so often, however often it is asked for. */
export interface Pulse {
  request(): void;
  /** Runs now if it was asked for. */
  flush(): void;
  stop(): void;
}

/** @param interval milliseconds between two runs at least */
export function createPulse(interval: number, run: () => void): Pulse {
  let timer: NodeJS.Timeout | undefined;
  let last = Number.NEGATIVE_INFINITY;

  function fire(): void {
    timer = undefined;
    last = performance.now();
    run();
  }

  return {
    request() {
      if (timer !== undefined) return;
      timer = setTimeout(fire, Math.max(0, last + interval - performance.now()));
    },
    flush() {
      if (timer === undefined) return;
      clearTimeout(timer);
      fire();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
