import { expect, it } from 'vitest';
import { formatAddress } from '../../../src/commands/output/service-table.ts';

it('prints addresses as visited in a browser', () => {
  expect(formatAddress({ host: '::1', port: 80 })).toBe('[::1]:80');
  expect(formatAddress({ host: '127.0.0.1', port: 80 })).toBe('127.0.0.1:80');
  expect(formatAddress({ host: '127.0.0.1', port: 80, url: 'http://localhost/' })).toBe('http://localhost/');
});
