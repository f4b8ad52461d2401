import { expect, it } from 'vitest';
import { explainImageRefusal } from '../../../../src/backends/docker/images/explain-refusal.ts';

it.each([
  ['Head "https://registry.test/v2/a/manifests/1": no basic auth credentials', /docker login registry.test/],
  ['unauthorized: authentication required', /docker login registry.test/],
  ['manifest for registry.test/a:2 not found: manifest unknown: manifest unknown', /name and tag/],
  ['no matching manifest for linux/amd64 in the manifest list entries', /platform/],
  ['Get "https://registry.test/v2/": dial tcp: lookup registry.test: no such host', /reach|way/],
  ['write /data: no space left on device', /docker system df/],
])('advises about %s', (said, hint) => {
  expect(explainImageRefusal(said, 'registry.test').hint).toMatch(hint);
});

it('says what it does not know as it is', () => {
  expect(explainImageRefusal('something else.')).toEqual({ why: 'something else' });
});
