import { describe, expect, it } from 'vitest';
import { wantsColor } from '../../../src/commands/shared/terminal.ts';

describe('colours', () => {
  const wishes = { never: false, setting: 'auto', env: { TERM: 'xterm' } } as const;
  it.for([
    ['on a terminal', true, wishes, true],
    ['not in a pipe', false, wishes, false],
    ['not with --no-color', true, { ...wishes, never: true }, false],
    ['not with NO_COLOR', true, { ...wishes, env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, false],
    ['with an empty NO_COLOR', true, { ...wishes, env: { NO_COLOR: '' } }, true],
    ['with FORCE_COLOR', false, { ...wishes, env: { FORCE_COLOR: '1' } }, true],
    ['not with FORCE_COLOR=0', true, { ...wishes, env: { FORCE_COLOR: '0' } }, false],
    ['where the setting says always', false, { ...wishes, setting: 'always' }, true],
    ['not where it says never', true, { ...wishes, setting: 'never' }, false],
    ['not on a dumb terminal', true, { ...wishes, env: { TERM: 'dumb' } }, false],
  ] as const)('%s', ([, isTerminal, given, expected]) => expect(wantsColor(isTerminal, given)).toBe(expected));
});
