import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './bin.ts';
import { killAll } from './host-processes.ts';
import type { Session } from './session.ts';
import { waitFor } from './wait-for.ts';

/** A home on a separate disk that is small enough to be filled. */
export interface SmallDisk {
  fill(): Promise<void>;
  makeRoom(): Promise<void>;
  /** Kills what still runs of the session, and unmounts the disk. */
  remove(): Promise<void>;
}

/** Mounts a disk of 2 MB as the home of the session; undefined where this user may not mount one. */
export async function mountSmallDisk({ place }: Pick<Session, 'place'>): Promise<SmallDisk | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  await mkdir(place.home, { recursive: true });
  const mounted = await run(['mount', '-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', place.home]);
  if (mounted.exitCode !== 0) return undefined;
  const ballast = join(place.home, 'ballast');
  return {
    fill: () => writeFile(ballast, Buffer.alloc(4e6)).catch(() => undefined),
    makeRoom: () => rm(ballast, { force: true }),
    async remove() {
      const unmount = async () => {
        killAll(place.running());
        return (await run(['umount', place.home])).exitCode === 0;
      };
      await waitFor(unmount, { what: 'the disk to be free' });
    },
  };
}
