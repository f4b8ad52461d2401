import v8 from 'node:v8';

/** Bytes; more than this of young objects saves hardly any time, and V8 would take three times as much. */
const enoughForYoungObjects = 8 * 1024 * 1024;

/**
 * Frames and log lines are short-lived by the million, and V8 answers with an ever larger space for young objects: up to
 * 100 MB. This lets it grow to what is useful, and no further. Returns a function that ends the watching.
 */
export function limitMemory(): () => void {
  const timer = setInterval(() => {
    const young = v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    if (young === undefined || young.space_size < enoughForYoungObjects) return;
    v8.setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, 250);
  return () => clearInterval(timer);
}
