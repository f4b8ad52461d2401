import { expect, it } from 'vitest';
import { withTag } from '../../../../src/backends/docker/images/pull-image.ts';

it.each([
  ['python', 'python:latest'],
  ['python:3.13', 'python:3.13'],
  ['registry.test:5000/image', 'registry.test:5000/image:latest'],
  ['image@sha256:12ab', 'image@sha256:12ab'],
])('pulls one image of the name %s', (name, pulled) => {
  expect(withTag(name)).toBe(pulled);
});
