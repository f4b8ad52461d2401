import { requireCapability } from '../../../engine/client/require-capability.ts';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { formatServiceAddress } from '../../../engine/text/format-address.ts';
import type { AppContext } from '../../shell/context/context.ts';
import { chosenExperiments, requireCluster } from '../../shell/context/targets.ts';

/** Visits the exposed service of the chosen experiment; asks which one if there are several. */
export async function visit(context: AppContext): Promise<void> {
  const { store, ask } = context;
  requireCapability(requireCluster(context), 'visit');
  const [experiment] = chosenExperiments(context);
  if (experiment === undefined) return;
  const services = store.getState().model.get(experiment)?.experiment.services ?? [];
  const exposed = services.filter(({ kind }) => kind === 'expose');
  const [only] = exposed;
  if (only === undefined)
    throw new SymphonyError('not-found', `${experiment} exposes no service.`, {
      hint: 'S shows the services that it binds.',
    });
  if (exposed.length === 1) {
    await visitService(context, experiment, only.name);
    return;
  }
  const items = exposed.map((service) => ({ label: service.name, detail: formatServiceAddress(service) }));
  const index = await ask.menu('Visit', items);
  const chosen = index === undefined ? undefined : exposed[index];
  if (chosen !== undefined) await visitService(context, experiment, chosen.name);
}

/** Opens a service in the browser; over ssh, shows the tunnel command instead. Keeps the connection while the note is open. */
export async function visitService(context: AppContext, experiment: string, service: string): Promise<void> {
  const { ask, notify, options } = context;
  const capability = requireCapability(requireCluster(context), 'visit');
  const connection = await notify.during(`connecting to ${service}`, ({ signal }) =>
    capability.visit(experiment, service, { signal, onProblem: (message) => notify.warning(message) }),
  );
  if (connection === undefined) return;
  const forget = context.onEnd(() => connection.close());
  try {
    const lines = [connection.url];
    const tunnel = options.tunnelCommand(connection);
    if (tunnel !== undefined) {
      lines.push(
        '',
        'You are here over ssh. Run this on your own machine, then open the address there:',
        `  ${tunnel}`,
      );
    } else {
      await options.openBrowser(connection.url).then(
        () => lines.push('', 'Opened in the browser.'),
        () => lines.push('', 'No browser could be opened here.'),
      );
    }
    if (connection.held) lines.push('', 'The port-forward stays open until you close this.');
    await ask.note(`Visit ${service}`, lines, connection.url);
  } finally {
    forget();
    await connection.close();
  }
}
