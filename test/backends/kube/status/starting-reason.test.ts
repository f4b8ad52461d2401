import { expect, it } from 'vitest';
import { startingReason } from '../../../../src/backends/kube/status/starting-reason.ts';
import type { AssignedService } from '../../../../src/engine/spec/resolve/networking.ts';

const services = [
  { name: 'replay', port: 7000 },
  { name: 'parameters', port: 7001 },
  { name: 'other', port: 7002 },
] as AssignedService[];

it('names what a process waits for until it is ready', () => {
  expect(startingReason({ ready: { kind: 'started' }, preamble: [] }, services)).toBeUndefined();
  expect(startingReason({ ready: { kind: 'started' }, preamble: ['cd /x'] }, services)).toBe(
    'its preamble has not ended yet',
  );
  expect(startingReason({ ready: { kind: 'log', pattern: '^ready$' }, preamble: [] }, services)).toBe(
    'no log line matches /^ready$/ yet',
  );
  expect(startingReason({ ready: { kind: 'command', command: 'true' }, preamble: [] }, services)).toBe(
    'the readiness command has not succeeded yet',
  );
});

it('names the ports without a listener with their services', () => {
  const listening = (...names: string[]) =>
    startingReason({ ready: { kind: 'listening', services: names }, preamble: [] }, services);
  expect(listening('replay')).toBe('nothing listens on port 7000 (service replay) yet');
  expect(listening('replay', 'parameters')).toBe(
    'not every one of its ports has a listener yet: 7000 (service replay), 7001 (service parameters)',
  );
  expect(listening()).toBeUndefined();
});
