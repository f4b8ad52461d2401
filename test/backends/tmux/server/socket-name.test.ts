import { afterEach, expect, test, vi } from 'vitest';
import { ownSocketName } from '../../../../src/backends/tmux/server/socket-name.ts';

afterEach(() => vi.unstubAllEnvs());

test('the socket of another home has a tag', () => {
  vi.stubEnv('SYMPHONY_HOME', '/somewhere/else');
  expect(ownSocketName()).toMatch(/^symphony-[0-9a-z]+$/);
});
