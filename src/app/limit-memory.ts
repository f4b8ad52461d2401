import v8 from 'node:v8';

/** Bytes; more than this of young objects saves hardly any time, and V8 would take three times as much. */
const maxYoungSpaceBytes = 8 * 1024 * 1024;

/** How much the heap may grow over what is in use before it is cleaned up, in percent. */
const growth = 100;

/**
 * Frames and log lines are short-lived by the million, and V8, which is made for speed, answers with a heap of several times
 * what is in use. This keeps it small; the cleaning up takes a few milliseconds more often. Returns a function that ends the
 * watching.
 */
export function limitMemory(): () => void {
  v8.setFlagsFromString(`--heap-growing-percent=${growth}`);
  const timer = setInterval(() => {
    const young = v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    if (young === undefined || young.space_size < maxYoungSpaceBytes) return;
    v8.setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, 250);
  return () => clearInterval(timer);
}
