import { expect, it } from 'vitest';
import { resolveSettingName } from '../../../src/commands/names/setting-name.ts';
import { settingNames } from '../../../src/engine/settings/config.ts';

it('a setting is found by its whole name only', () => {
  for (const name of settingNames()) expect(resolveSettingName(name)).toBe(name);
  expect(() => resolveSettingName('usernam')).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: 'There is no setting "usernam".',
      hint: 'Did you mean username?',
    }),
  );
});
