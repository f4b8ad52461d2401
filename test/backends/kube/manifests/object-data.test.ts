import { expect, it } from 'vitest';
import { dataKey } from '../../../../src/backends/kube/manifests/object-data.ts';

it('each path has a key of its own that a ConfigMap accepts', () => {
  const paths = ['a.py', '.env', '..x', 'lib/a', 'lib_a', 'ünï', 'x'.repeat(300), `${'x'.repeat(300)}y`, '-', '_'];
  const keys = paths.map(dataKey);
  for (const key of keys) expect(key).toMatch(/^(?!\.\.)[-._a-zA-Z0-9]{1,253}$/);
  expect(new Set(keys).size).toBe(paths.length);
  expect(dataKey('a.py')).toBe('a.py');
});
