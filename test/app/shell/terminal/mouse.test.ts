import { describe, expect, it } from 'vitest';
import { parseMouse } from '../../../../src/app/shell/terminal/mouse.ts';

describe('parseMouse', () => {
  it('reads presses, releases and the wheel, several at once, among keys', () => {
    expect(parseMouse('j\x1b[<0;3;5M\x1b[<0;3;5mk\x1b[<64;1;1M\x1b[<65;300;200M')).toEqual([
      { kind: 'press', x: 2, y: 4 },
      { kind: 'release', x: 2, y: 4 },
      { kind: 'wheel-up', x: 0, y: 0 },
      { kind: 'wheel-down', x: 299, y: 199 },
    ]);
  });

  it('ignores movements and other buttons', () => {
    expect(parseMouse('\x1b[<32;3;5M\x1b[<2;3;5M\x1b[<35;3;5M')).toEqual([]);
  });
});
