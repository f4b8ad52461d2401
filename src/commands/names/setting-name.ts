import { SymphonyError } from '../../engine/contract/errors.ts';
import { type SettingName, settingNames } from '../../engine/settings/config.ts';
import { suggestName } from '../../engine/text/closest-names.ts';

/** A setting by its name. @throws SymphonyError `usage` with similar names */
export function resolveSettingName(wanted: string): SettingName {
  const name = settingNames.find((one) => one === wanted);
  if (name !== undefined) return name;
  throw new SymphonyError('usage', `There is no setting ${JSON.stringify(wanted)}.`, {
    hint: suggestName(wanted, settingNames),
  });
}
