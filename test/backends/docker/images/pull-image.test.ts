import { expect, it } from 'vitest';
import { PulledLayers, withTag } from '../../../../src/backends/docker/images/pull-image.ts';

it.each([
  ['python', 'python:latest'],
  ['python:3.13', 'python:3.13'],
  ['registry.test:5000/image', 'registry.test:5000/image:latest'],
  ['image@sha256:12ab', 'image@sha256:12ab'],
])('pulls one image of the name %s', (name, pulled) => {
  expect(withTag(name)).toBe(pulled);
});

it('adds up what is known of the layers', () => {
  const layers = new PulledLayers();
  const downloading = (id: string, current: number, total: number) =>
    layers.read({ id, status: 'Downloading', progressDetail: { current, total } });
  layers.read({ id: '1', status: 'Pulling from testcluster/node' });
  expect(layers.describe()).toBeUndefined();
  downloading('a', 2 ** 20, 3 * 2 ** 20);
  downloading('b', 0, 2 ** 20);
  expect(layers.describe()).toBe('1 MiB of 4 MiB');
  layers.read({ id: 'a', status: 'Download complete', progressDetail: {} });
  layers.read({ id: 'a', status: 'Extracting', progressDetail: { current: 5, total: 9 } });
  expect(layers.describe()).toBe('3 MiB of 4 MiB');
  layers.read({ id: 'b', status: 'Download complete', progressDetail: {} });
  expect(layers.describe()).toBe('unpacking');
});
