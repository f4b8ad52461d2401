import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeByTime } from '../../../../src/backends/kit/logs/merge-by-time.ts';

interface Item {
  readonly stream: number;
  readonly index: number;
  readonly time?: string;
}

async function* batches(items: readonly Item[], size: number): AsyncGenerator<readonly Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

it('merges by time, and leaves the items of each stream in their order', async () => {
  const times = fc.array(fc.option(fc.nat(20), { nil: undefined }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.array(times, { maxLength: 4 }), fc.integer({ min: 1, max: 5 }), async (streams, size) => {
      // The times of a stream ascend, as far as they are known.
      const items = streams.map((own, stream) => {
        let last = 0;
        return own.map((time, index): Item => {
          if (time === undefined) return { stream, index };
          last = Math.max(last, time);
          return { stream, index, time: iso(last) };
        });
      });
      const merged = (await Array.fromAsync(mergeByTime(items.map((own) => batches(own, size))))).flat();
      expect(merged).toHaveLength(items.flat().length);
      for (const [stream, own] of items.entries()) expect(merged.filter((item) => item.stream === stream)).toEqual(own);
      const known = streams.every((own) => own.every((time) => time !== undefined));
      if (known) {
        const all = merged.map(({ time }) => time);
        expect(all).toEqual([...all].sort());
      }
    }),
  );
});

it('ends its streams when the consumer stops, and fails with the first that fails', async () => {
  const ended: number[] = [];
  async function* endless(stream: number): AsyncGenerator<readonly Item[]> {
    try {
      for (let index = 0; ; index += 1) yield [{ stream, index, time: iso(index) }];
    } finally {
      ended.push(stream);
    }
  }
  for await (const _ of mergeByTime([endless(1), endless(2)])) break;
  await expect.poll(() => ended.sort()).toEqual([1, 2]);
  async function* failing(): AsyncGenerator<readonly Item[]> {
    yield [{ stream: 0, index: 0 }];
    throw new Error('lost');
  }
  await expect(Array.fromAsync(mergeByTime([failing(), batches([], 1)]))).rejects.toThrow('lost');
});
