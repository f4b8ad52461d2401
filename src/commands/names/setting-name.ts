import { suggestName } from '../../engine/closest-names.ts';
import { type SettingName, settingNames } from '../../engine/config.ts';
import { SymphonyError } from '../../engine/errors.ts';

/** A setting by its name. @throws SymphonyError `usage` with similar names */
export function resolveSettingName(wanted: string): SettingName {
  const name = settingNames.find((one) => one === wanted);
  if (name !== undefined) return name;
  throw new SymphonyError('usage', `There is no setting ${JSON.stringify(wanted)}.`, {
    hint: suggestName(wanted, settingNames),
  });
}
