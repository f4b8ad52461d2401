/** Runs something soon, and at most so often, however often it is asked for. */
export interface Throttle {
  request(): void;
  stop(): void;
}

/** @param interval milliseconds between two runs at least, asked for each time */
export function createThrottle(interval: () => number, run: () => void): Throttle {
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
      timer = setTimeout(fire, Math.max(0, last + interval() - performance.now()));
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
