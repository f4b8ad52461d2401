import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Handshakes } from '../../../../../src/backends/docker/api/connection/handshakes.ts';

it('as many begin at once as may, and all of them in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 12 }), async (max, count) => {
      const handshakes = new Handshakes(max);
      let running = 0;
      let most = 0;
      const one = async () => {
        const end = await handshakes.begin();
        most = Math.max(most, ++running);
        await Promise.resolve();
        running--;
        end();
        end();
      };
      await Promise.all(Array.from({ length: count }, one));
      expect(most).toBe(Math.min(max, count));
      expect(running).toBe(0);
    }),
  );
});
