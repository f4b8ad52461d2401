import type { AppContext } from '../../shell/context/context.ts';
import { chosenExperiments } from '../../shell/context/targets.ts';
import { openDocument } from '../../shell/text-view/document-view.ts';
import { experimentDocument } from './experiment-document.ts';

/** The number of events in a description, the last ones. */
const shownEvents = 20;

/** Shows all details of the chosen experiment. */
export async function describeExperiment(context: AppContext): Promise<void> {
  const { store, notify } = context;
  const { cluster, theme } = store.getState();
  const [name] = chosenExperiments(context);
  if (cluster === undefined || name === undefined) return;
  const found = await notify.during(`loading ${name}`, () =>
    Promise.all([
      cluster.describeExperiment(name),
      Array.fromAsync(cluster.capabilities.events?.events(name, { tail: shownEvents }) ?? []),
    ]),
  );
  if (found === undefined) return;
  const [description, events] = found;
  const lines = experimentDocument(description, events, Date.now(), theme);
  openDocument(context, { kind: 'description', title: 'description', experiment: name, lines });
}
