import { expect, test } from 'vitest';
import { TmuxBackend } from '../../../src/backends/tmux/tmux-backend.ts';

test('the socket must be a name', () => {
  expect(() => new TmuxBackend({ socket: '../x' })).toThrow(/socket/);
  expect(() => new TmuxBackend({ socket: 'mine' })).not.toThrow();
});
