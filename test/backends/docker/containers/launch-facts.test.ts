import { expect, it } from 'vitest';
import { readFacts, visitHost, writeFacts } from '../../../../src/backends/docker/containers/launch-facts.ts';
import { facts } from '../support/calls.ts';

it('facts survive the record of an experiment', () => {
  expect(readFacts(writeFacts(facts))).toEqual(facts);
  expect(readFacts(undefined)).toBeUndefined();
});

it.each([
  ['unix:///var/run/docker.sock', '127.0.0.1', '127.0.0.1'],
  ['unix:///var/run/docker.sock', '0.0.0.0', '127.0.0.1'],
  ['tcp://box.test:2376', '0.0.0.0', 'box.test'],
  ['ssh://me@box.test', '::', 'box.test'],
  ['tcp://box.test:2376', '10.0.0.5', '10.0.0.5'],
])('an engine at %s that publishes at %s is visited at %s', (host, publishAddress, visited) => {
  expect(visitHost({ ...facts, endpoint: { host }, publishAddress })).toBe(visited);
});
