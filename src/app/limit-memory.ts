import v8 from 'node:v8';

/** A larger space for young objects saves hardly any time, and V8 would use three times as much. */
const maxYoungSpaceBytes = 8 * 1024 * 1024;

/** How far the heap may grow beyond the live objects before V8 collects garbage. */
const heapGrowthPercent = 100;

/**
 * Limits the heap. Frames and log lines are millions of short-lived objects, for which V8, tuned for speed, would grow the heap
 * to several times the live objects. In return, a garbage collection of a few milliseconds runs more often.
 * @returns stops the timer that observes the heap
 */
export function limitMemory(): () => void {
  v8.setFlagsFromString(`--heap-growing-percent=${heapGrowthPercent}`);
  const timer = setInterval(() => {
    const young = v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    if (young === undefined || young.space_size < maxYoungSpaceBytes) return;
    v8.setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, 250);
  return () => clearInterval(timer);
}
