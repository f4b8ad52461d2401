import { type SettingName, settingNames, writeSetting } from '../../../../src/engine/settings/config.ts';

// Writes one setting, as often as requested.
const [name = '', value = '', times = '1'] = process.argv.slice(2);
for (let count = 0; count < Number(times); count++) {
  if (settingNames().includes(name as SettingName)) await writeSetting(name as SettingName, JSON.parse(value));
}
