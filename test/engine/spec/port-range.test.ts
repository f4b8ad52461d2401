import { expect, it } from 'vitest';
import { parsePortRange } from '../../../src/engine/spec/port-range.ts';

it('reads first and last', () => {
  expect(parsePortRange('7000-8999')).toEqual([7000, 8999]);
  for (const text of ['', '7000', '7000-', '-1', '7000 - 8999', '7000-8999-9000', 'a-b']) {
    expect(parsePortRange(text)).toBeUndefined();
  }
});
