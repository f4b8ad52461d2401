import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineBuffer, lineText } from '../../../../src/backends/kit/logs/line-buffer.ts';
import { cutMarker, cutStatesMarker, maximumLineBytes, shortenLine } from '../../../../src/engine/contract/logs.ts';

const pieces = fc.array(fc.array(fc.constantFrom('a', 'bc', 'ü', '\r', '\r\r')).map((parts) => parts.join('')));

function filled(parts: readonly string[], limit?: number): LineBuffer {
  const buffer = new LineBuffer(limit);
  for (const part of parts) buffer.keep(Buffer.from(part));
  return buffer;
}

/** The states of a line, without those that have no text. */
function states(line: string): string[] {
  return line.split('\r').filter((state) => state !== '');
}

describe('a line that arrives in pieces', () => {
  test('is kept as written up to the limit, and a longer one is reduced to its newest state', () => {
    fc.assert(
      fc.property(pieces, fc.nat(30), (parts, limit) => {
        const whole = parts.join('');
        const buffer = filled(parts, limit);
        const { bytes, isCut, isReduced } = buffer.take();
        if (Buffer.byteLength(whole) <= limit) {
          expect([bytes.toString(), isCut, isReduced]).toEqual([whole, false, false]);
        } else {
          const newest = Buffer.from(states(whole).at(-1) ?? '');
          expect(bytes.equals(newest.subarray(0, limit))).toBe(true);
          expect([isCut, isReduced]).toEqual([newest.length > limit, states(whole).length > 1]);
        }
        // The next line is independent of this one.
        expect(buffer.isEmpty).toBe(true);
        expect(buffer.take()).toEqual({ bytes: Buffer.alloc(0), isCut: false, isReduced: false });
      }),
    );
  });

  test('shows its newest state while it is open, and whether that has overwritten anything', () => {
    fc.assert(
      fc.property(pieces, fc.nat(30), (parts, limit) => {
        const whole = parts.join('');
        const newest = Buffer.from(states(whole).at(-1) ?? '');
        const shown = newest
          .subarray(0, Math.max(limit, 0))
          .toString()
          .replace(/\uFFFD+$/, '');
        const isOverwritten = /\r[^\r]/.test(whole);
        const open = filled(parts, limit).openText();
        if (Buffer.byteLength(whole) <= limit) expect(open).toBe(`${isOverwritten ? '\r' : ''}${newest}`);
        else expect(open).toBe(`${isOverwritten ? '\r' : ''}${shown}`);
      }),
    );
  });

  test('is shown up to the usual limit while it is open, however long it is', () => {
    const open = filled(Array.from({ length: 20 }, () => 'x'.repeat(10_000))).openText();
    expect(open).toBe(`${'x'.repeat(maximumLineBytes)}${cutMarker}`);
  });

  test('takes little memory, however often it is overwritten', () => {
    const buffer = new LineBuffer(1000);
    let largest = 0;
    for (let step = 0; step < 10_000; step += 1) {
      buffer.keep(Buffer.from(`\r${step} of 10000`));
      largest = Math.max(largest, buffer.keptBytes);
    }
    expect(largest).toBeLessThanOrEqual(1000);
    expect(buffer.openText()).toBe('\r9999 of 10000');
  });
});

test('the text of a line has neither the carriage return of its end nor a split character at its cut', () => {
  const text = (line: string, limit = 100) => shortenLine(Buffer.from(line), limit);
  expect(text('50%\r100%\r')).toBe('50%\r100%');
  expect(text('aé', 2)).toBe(`a${cutMarker}`);
  expect(text('50%\r100%\r', 6)).toBe(`${cutStatesMarker}100%`);
  expect(text('50%\r100%\r', 3)).toBe(`${cutStatesMarker}100${cutMarker}`);
  expect(shortenLine(Buffer.from([0x61, 0xff]), 100)).toBe('a\uFFFD');
});

test('the text of a line does not depend on the pieces in which it arrived', () => {
  fc.assert(
    fc.property(pieces, fc.integer({ min: 1, max: 30 }), (parts, limit) => {
      const text = lineText(filled(parts, limit).take(), limit);
      expect(text).toBe(shortenLine(Buffer.from(parts.join('')), limit));
    }),
  );
});
