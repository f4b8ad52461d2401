import { expect, test } from 'vitest';
import { tmuxEnvironment } from '../../../../src/backends/tmux/server/tmux-environment.ts';

test('tmux gets the user and the language, and nothing of an enclosing tmux', () => {
  const kept = { HOME: '/home/sarah', LC_ALL: 'C.UTF-8', PATH: '/bin', USER: 'sarah' };
  expect(tmuxEnvironment({ ...kept, TMUX: 'x', TMUX_TMPDIR: '/t', TOKEN: 'secret', LANG: undefined })).toEqual(kept);
});
