import { commandLine } from '../../../engine/text/advice.ts';
import type { AppContext } from '../../shell/context/context.ts';
import type { ThemeName } from '../../shell/theme/theme.ts';
import { themes } from '../../shell/theme/themes.ts';

const themeOrder = Object.keys(themes) as ThemeName[];

export function nextTheme({ store, notify }: AppContext): void {
  const { theme } = store.getState();
  const name = themeOrder[(themeOrder.indexOf(theme.name) + 1) % themeOrder.length] ?? 'dark';
  store.setState({ theme: themes[name] });
  notify.info(`Theme: ${name}.`, `${commandLine(`config set theme ${name}`)} keeps it.`);
}

export function toggleMouse({ store, notify }: AppContext): void {
  const mouse = !store.getState().mouse;
  store.setState({ mouse });
  notify.info(mouse ? 'The mouse scrolls and selects here.' : 'The terminal handles the mouse again.');
}
