import { writeSetting } from '../../../../src/engine/settings/config.ts';
import { type SettingName, settings } from '../../../../src/engine/settings/settings-table.ts';

// Writes one setting, as often as requested.
const [name = '', value = '', times = '1'] = process.argv.slice(2);
for (let count = 0; count < Number(times); count++) {
  if (name in settings) await writeSetting(name as SettingName, JSON.parse(value));
}
