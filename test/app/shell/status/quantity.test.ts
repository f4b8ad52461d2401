import { expect, it } from 'vitest';
import { formatBytes, formatCpu } from '../../../../src/app/shell/status/quantity.ts';

it('shows quantities, and nothing for unknown ones', () => {
  expect([
    formatBytes(512 * 1024 ** 2),
    formatBytes(undefined),
    formatCpu(0.123),
    formatCpu(3.1),
    formatCpu(undefined),
  ]).toEqual(['512 MiB', '', '12%', '310%', '']);
});
