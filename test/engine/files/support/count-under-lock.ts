import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { withFileLock } from '../../../../src/engine/files/file-lock.ts';

// Adds 1 to a number in a file, as often as requested, under the lock. With `hold` it reports the lock and keeps it.
const [lock = '', counter = '', times = '1', hold] = process.argv.slice(2);
for (let count = 0; count < Number(times); count++) {
  await withFileLock(
    lock,
    async () => {
      if (hold === 'hold') {
        process.stdout.write('holding\n');
        await delay(600_000);
      }
      const before = Number(readFileSync(counter, 'utf8'));
      await delay(Math.random() * 2);
      writeFileSync(counter, String(before + 1));
    },
    { timeoutSeconds: 60 },
  );
}
