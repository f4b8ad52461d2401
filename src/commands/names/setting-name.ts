import { type SettingName, settingNames } from '../../engine/settings/config.ts';
import { unknownName } from '../../engine/text/common-errors.ts';

/** A setting by its name. @throws SymphonyError `usage` with similar names */
export function resolveSettingName(wanted: string): SettingName {
  const name = settingNames().find((one) => one === wanted);
  if (name !== undefined) return name;
  throw unknownName('setting', wanted, settingNames(), { code: 'usage' });
}
