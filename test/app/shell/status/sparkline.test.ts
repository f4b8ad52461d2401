import { expect, it } from 'vitest';
import { sparkline } from '../../../../src/app/shell/status/sparkline.ts';

it('renders a history at the right, scaled to its highest value', () => {
  expect(sparkline([0, 0.5, 1], 5)).toBe('  ▁▅█');
  expect(sparkline([1, 2, 3, 4, 5, 6], 3)).toBe('▆▇█');
  expect(sparkline([0.01], 2, 1)).toBe(' ▁');
  expect(sparkline([], 3)).toBe('   ');
});
