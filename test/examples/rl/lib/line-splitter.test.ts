import { describe, expect, it } from 'vitest';
import { BadMessage } from '../../../../examples/rl/lib/bad-message.mjs';
import { LineSplitter } from '../../../../examples/rl/lib/line-splitter.mjs';

describe('lines', () => {
  const split = (splitter: LineSplitter, piece: string | Uint8Array) => [...splitter.push(Buffer.from(piece))];

  it('are assembled from pieces', () => {
    const splitter = new LineSplitter(100);
    expect(split(splitter, 'on')).toEqual([]);
    expect(split(splitter, 'e\n\ntwo\nthr')).toEqual(['one', '', 'two']);
    expect(split(splitter, 'ee\n')).toEqual(['three']);
  });

  it('survive a cut inside a character', () => {
    const splitter = new LineSplitter(100);
    const bytes = Buffer.from('ä€🙂\n');
    expect([...bytes].flatMap((byte) => split(splitter, Uint8Array.of(byte)))).toEqual(['ä€🙂']);
  });

  it('must not be too long, with or without an end', () => {
    const splitter = new LineSplitter(5);
    expect(split(splitter, '12345\n')).toEqual(['12345']);
    expect(() => split(splitter, '123456\n')).toThrow(BadMessage);
    const endless = new LineSplitter(5);
    expect(split(endless, '123')).toEqual([]);
    expect(() => split(endless, '456')).toThrow('more than 5 bytes');
  });
});
