import { expect, it } from 'vitest';
import { formatAddress, formatServiceAddress, formatUrl } from '../../../src/engine/text/format-address.ts';

it('puts IPv6 addresses in brackets', () => {
  expect(formatAddress('::1', 80)).toBe('[::1]:80');
  expect(formatAddress('127.0.0.1', 80)).toBe('127.0.0.1:80');
  expect(formatAddress('replay.rl', 80)).toBe('replay.rl:80');
  expect(new URL(formatUrl('::1', 6006))).toMatchObject({ hostname: '[::1]', port: '6006' });
});

it('prefers the URL of a service that is exposed', () => {
  expect(formatServiceAddress({ host: '::1', port: 80 })).toBe('[::1]:80');
  expect(formatServiceAddress({ host: '127.0.0.1', port: 80, url: 'http://localhost/' })).toBe('http://localhost/');
});
