/** Runs a function soon after a request, but not more often than an interval allows. */
export interface Throttle {
  request(): void;
  stop(): void;
}

/** @param interval returns the shortest time between two runs, in milliseconds */
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
