import { closestNames } from '../../engine/closest-names.ts';
import { type SettingName, settingNames } from '../../engine/config.ts';
import { SymphonyError } from '../../engine/errors.ts';

/** A setting by its name. @throws SymphonyError `usage` with the nearest names */
export function resolveSettingName(wanted: string): SettingName {
  const name = settingNames.find((one) => one === wanted);
  if (name !== undefined) return name;
  const close = closestNames(wanted, settingNames);
  throw new SymphonyError('usage', `There is no setting ${JSON.stringify(wanted)}.`, {
    hint: close.length > 0 ? `Did you mean ${close.join(' or ')}?` : `There are: ${settingNames.join(', ')}.`,
  });
}
