import type { ActionOptions } from '../../../engine/contract/capabilities.ts';

export interface CopyProgress {
  /** Bytes to copy; undefined if unknown. */
  total: number | undefined;
  /** Counts copied bytes. */
  add(bytes: number): void;
}

/** Reports the progress of a copy, at most a few times a second. */
export function copyProgress({ onProgress }: ActionOptions, message: string, total?: number): CopyProgress {
  let done = 0;
  let lastReport = 0;
  return {
    total,
    add(bytes) {
      done += bytes;
      const now = performance.now();
      if (onProgress === undefined || (now - lastReport < 200 && done !== this.total)) return;
      lastReport = now;
      onProgress({ message, done, ...(this.total !== undefined && { total: this.total }) });
    },
  };
}
