import { expect, it } from 'vitest';
import { fileKind, parsePathInfo } from '../../../../src/backends/docker/copy/path-info.ts';

it.each([
  [0o644, 'file'],
  [0o4755 + 2 ** 23, 'file'],
  [2 ** 31 + 0o755, 'folder'],
  // A folder like /tmp.
  [2 ** 31 + 2 ** 20 + 0o777, 'folder'],
  [2 ** 27 + 0o777, 'link'],
  [2 ** 26 + 2 ** 21 + 0o666, 'other'],
  [2 ** 25 + 0o644, 'other'],
])('the mode %o of Go is that of a %s', (mode, kind) => {
  expect(fileKind(mode)).toBe(kind);
});

it('reads what an engine says of a path', () => {
  const info = { name: 'ünï', size: 3, mode: 420, mtime: '2026-01-01T00:00:00Z', linkTarget: '' };
  expect(parsePathInfo(Buffer.from(JSON.stringify(info)).toString('base64'))).toEqual(info);
});
