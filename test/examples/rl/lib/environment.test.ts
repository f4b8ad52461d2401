import { describe, expect, it } from 'vitest';
import { addressOf, processName, replicaNumber } from '../../../../examples/rl/lib/environment.mjs';

describe('the environment', () => {
  it('gives the address of a service', () => {
    const env = { SYMPH_REPLAY_SERVER_HOST: '0.0.0.0', SYMPH_REPLAY_SERVER_PORT: '7001' };
    expect(addressOf('replay-server', env)).toEqual({ host: '0.0.0.0', port: 7001 });
  });

  it('is reported with the name of an invalid variable', () => {
    expect(() => addressOf('metrics', {})).toThrow('SYMPH_METRICS_HOST is not set');
    expect(() => addressOf('metrics', { SYMPH_METRICS_HOST: 'a' })).toThrow('SYMPH_METRICS_PORT is not set');
    const env = { SYMPH_METRICS_HOST: 'a', SYMPH_METRICS_PORT: 'http' };
    expect(() => addressOf('metrics', env)).toThrow("SYMPH_METRICS_PORT is 'http'");
    expect(() => replicaNumber({ SYMPH_REPLICA: 'x' })).toThrow('SYMPH_REPLICA');
  });

  it('gives a process its name', () => {
    expect(processName('agent', {})).toBe('agent');
    expect(processName('agent', { SYMPH_PROCESS: 'agent', SYMPH_REPLICA: '2' })).toBe('agent-2');
    expect(processName('agent', { SYMPH_PROCESS: 'agent-2', SYMPH_REPLICA: '2' })).toBe('agent-2');
  });
});
