import { specToYaml } from '../../../engine/spec/print-spec.ts';
import type { AppContext } from '../../shell/context/context.ts';
import { chosenExperiments } from '../../shell/context/targets.ts';
import { openDocument } from '../../shell/text-view/document-view.ts';
import { highlightYaml } from '../../shell/text-view/yaml-document.ts';

/** Shows the spec that the chosen experiment was launched with. */
export async function showSpec(context: AppContext): Promise<void> {
  const { store, notify } = context;
  const { cluster, theme } = store.getState();
  const [name] = chosenExperiments(context);
  if (cluster === undefined || name === undefined) return;
  const spec = await notify.during(`loading ${name}`, () => cluster.spec(name));
  if (spec === undefined) return;
  const lines = highlightYaml(await specToYaml(spec), theme);
  openDocument(context, { kind: 'spec', title: 'spec', experiment: name, lines });
}
