import { expect, it } from 'vitest';
import {
  heldFolder,
  secretSets,
  secretsHolderCall,
  secretVolume,
  volumeCalls,
} from '../../../../src/backends/docker/containers/secret-volumes.ts';
import { callsOf, launch } from '../support/calls.ts';

const [one, two] = [['/home/me/key'], ['/home/me/key', '/home/me/token']];

it('processes with the same secret files share a volume in memory, which they cannot change', () => {
  const sets = secretSets([{ secrets: one }, { secrets: [] }, { secrets: two }, { secrets: [...one] }]);
  expect(sets).toEqual([one, two]);
  expect(volumeCalls(launch, sets)).toMatchObject([
    { Name: 'rl.secrets-0.a1b2', DriverOpts: { type: 'tmpfs' }, Labels: { 'symphony.launch': 'a1b2' } },
    { Name: 'rl.secrets-1.a1b2', DriverOpts: { type: 'tmpfs' } },
  ]);
  expect(secretVolume(launch, sets, two)).toBe('rl.secrets-1.a1b2');
  expect(secretsHolderCall(launch, sets)).toMatchObject({
    HostConfig: {
      NetworkMode: 'none',
      Mounts: [
        { Source: 'rl.secrets-0.a1b2', Target: heldFolder(0) },
        { Source: 'rl.secrets-1.a1b2', Target: heldFolder(1) },
      ],
    },
  });
});

it('a process finds its own secret files where SYMPH_SECRETS_DIR says', () => {
  const command = ['true'];
  const processes = { a: { command, secrets: one }, b: { command, secrets: two }, c: { command } };
  const { a, b, c } = callsOf({ processes, startDir: '/' });
  const volume = (Source: string) => [{ Type: 'volume', Source, Target: '/etc/secrets', ReadOnly: true }];
  expect(a?.HostConfig.Mounts).toEqual(volume('rl.secrets-0.a1b2'));
  expect(b?.HostConfig.Mounts).toEqual(volume('rl.secrets-1.a1b2'));
  expect(b?.Env).toContain('SYMPH_SECRETS_DIR=/etc/secrets');
  expect(c?.HostConfig).not.toHaveProperty('Mounts');
});
