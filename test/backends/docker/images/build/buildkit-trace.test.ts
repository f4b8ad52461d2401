import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readFields, readTrace } from '../../../../../src/backends/docker/images/build/buildkit-trace.ts';
import { bytesField, numberField } from '../../support/protobuf.ts';

it('reads what it writes, of any size', () => {
  const field = fc.record({
    number: fc.integer({ min: 1, max: 1000 }),
    value: fc.oneof(
      fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    ),
  });
  fc.assert(
    fc.property(fc.array(field), (fields) => {
      const parts = fields.map(({ number, value }) =>
        typeof value === 'number' ? numberField(number, value) : bytesField(number, value),
      );
      expect(readFields(Buffer.concat(parts))).toEqual(fields);
    }),
  );
});

it('reads steps, their state and their output, and skips what it does not know', () => {
  const vertex = Buffer.concat([
    bytesField(1, 'sha256:1'),
    bytesField(2, 'sha256:0'),
    bytesField(3, '[2/3] RUN make'),
    numberField(4, 1),
    bytesField(5, numberField(1, 1)),
    bytesField(8, 'group'),
  ]);
  const log = Buffer.concat([bytesField(1, 'sha256:1'), numberField(3, 2), bytesField(4, 'out\n')]);
  const status = Buffer.concat([
    bytesField(1, 'layer'),
    bytesField(2, 'sha256:1'),
    numberField(4, 10),
    numberField(5, 2 ** 40),
  ]);
  const fixed = Buffer.from([(9 << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8, (10 << 3) | 5, 1, 2, 3, 4]);
  const trace = readTrace(Buffer.concat([bytesField(1, vertex), fixed, bytesField(2, status), bytesField(3, log)]));
  expect(trace).toEqual({
    vertices: [
      { digest: 'sha256:1', name: '[2/3] RUN make', isCached: true, hasStarted: true, hasCompleted: false, error: '' },
    ],
    statuses: [{ id: 'layer', vertex: 'sha256:1', current: 10, total: 2 ** 40 }],
    logs: [{ vertex: 'sha256:1', text: Buffer.from('out\n') }],
  });
});

it('refuses bytes that are no message', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      try {
        readFields(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
  expect(() => readFields(bytesField(1, 'cut').subarray(0, 3))).toThrow(RangeError);
});
