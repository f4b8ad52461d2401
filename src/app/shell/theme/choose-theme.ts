import type { Theme, ThemeName } from './theme.ts';
import { themes } from './themes.ts';

/**
 * The theme for a setting in this environment. `NO_COLOR` and a terminal without colours override any setting; `auto` reads
 * `COLORFGBG`, which terminals with a light background set, and is the dark theme otherwise.
 */
export function chooseTheme(
  setting: 'auto' | ThemeName,
  environment: Readonly<Record<string, string | undefined>>,
): Theme {
  const { NO_COLOR, TERM, COLORFGBG } = environment;
  if ((NO_COLOR !== undefined && NO_COLOR !== '') || TERM === 'dumb') return themes.none;
  if (setting !== 'auto') return themes[setting];
  const background = Number(COLORFGBG?.split(';').at(-1));
  return background === 7 || background === 15 ? themes.light : themes.dark;
}
