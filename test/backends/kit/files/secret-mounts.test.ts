import { expect, test } from 'vitest';
import { secretFileNames, secretVariables } from '../../../../src/backends/kit/files/secret-mounts.ts';

test('the secrets of a process are its secret variables, and its secret files by their names', () => {
  const env = { PLAIN: 'x', TOKEN: { secret: true, fromEnv: 'TOKEN' }, KEY: { secret: true, fromFile: '/k' } } as const;
  expect(secretVariables({ env })).toEqual(['TOKEN', 'KEY']);
  expect(secretFileNames({ secrets: ['/home/sarah/.mjkey.txt', '/etc/licence'] })).toEqual(['.mjkey.txt', 'licence']);
});
