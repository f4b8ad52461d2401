import type { AppContext } from '../../shell/context/context.ts';
import { chosenExperiments } from '../../shell/store/selection.ts';
import { topView } from '../../shell/store/state.ts';
import { popView } from '../../shell/store/view-updates.ts';
import type { ThemeName } from '../../shell/theme/theme.ts';
import { themes } from '../../shell/theme/themes.ts';
import { openExperiment } from '../../views/processes/open-experiment.ts';

const themeOrder = Object.keys(themes) as ThemeName[];

export function nextTheme({ store, notify }: AppContext): void {
  const { theme } = store.getState();
  const name = themeOrder[(themeOrder.indexOf(theme.name) + 1) % themeOrder.length] ?? 'dark';
  store.setState({ theme: themes[name] });
  notify.info(`Theme: ${name}.`, `symphony config set theme ${name} keeps it.`);
}

export function toggleMouse({ store, notify }: AppContext): void {
  const mouse = !store.getState().mouse;
  store.setState({ mouse });
  notify.info(mouse ? 'The mouse scrolls and selects here.' : 'The terminal handles the mouse again.');
}

/** In the list, makes the selected experiment the current one. In an experiment, asks for another and opens it. */
export async function switchExperiment(context: AppContext): Promise<void> {
  const { store, ask, notify } = context;
  const state = store.getState();
  const { cluster } = state;
  if (cluster === undefined) return;
  let [experiment] = chosenExperiments(state);
  const isInside = topView(state).kind !== 'experiments';
  if (isInside) {
    const names = [...state.model.keys()];
    const items = names.map((name) => ({ label: name, detail: state.model.get(name)?.experiment.state ?? '' }));
    const index = await ask.menu('Switch to experiment', items);
    experiment = index === undefined ? undefined : names[index];
  }
  if (experiment === undefined) return;
  await cluster.setExperiment(experiment);
  store.setState({ current: experiment });
  notify.good(`${experiment} is the current experiment.`);
  if (!isInside) return;
  popView(store);
  openExperiment(context, experiment);
}
