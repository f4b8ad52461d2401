import type { Visit } from '../engine/capabilities.ts';
import { requireCapability } from '../engine/cluster.ts';
import type { CommandContext, CommandDefinition } from './command.ts';
import { chooseExperiment, findStatus } from './names/experiment-name.ts';
import { chooseService } from './names/service-name.ts';
import { print } from './output/print.ts';
import { tunnelCommand } from './ssh-tunnel.ts';

export const visit: CommandDefinition = {
  name: 'visit',
  aliases: ['vi'],
  group: 'Processes',
  configure: (command) =>
    command
      .description('open a service in the browser; in an ssh session, print the tunnel to open instead')
      .argument('[service]', 'by default the only one that is exposed')
      .argument('[experiment]', 'by default the current one')
      .option('--url-only', 'print the address and open nothing'),
  async run(args, context) {
    const cluster = await context.cluster();
    const capability = requireCapability(cluster, 'visit');
    const experiment = await chooseExperiment(context, cluster, args.experiment);
    const services = (await findStatus(cluster, experiment))?.services ?? [];
    const service = await chooseService(context, services, args.service);
    const way = await capability.visit(experiment, service, {
      signal: context.signal,
      onProblem: (message) => context.warn(message),
    });
    try {
      await showWay(context, way, { service, urlOnly: args.urlOnly ?? false });
      if (way.held) await holdUntilInterrupted(context);
    } finally {
      await way.close();
    }
  },
};

async function showWay(
  context: CommandContext,
  way: Visit,
  { service, urlOnly }: { readonly service: string; readonly urlOnly: boolean },
): Promise<void> {
  const tunnel = urlOnly ? undefined : tunnelCommand(way, process.env);
  const opens = !urlOnly && tunnel === undefined && context.terminal.canAsk;
  const address = {
    service,
    url: way.url,
    host: way.host,
    port: way.port,
    ...(tunnel === undefined ? {} : { tunnel }),
  };
  await print(context, { data: address, names: () => [way.url], table: () => [tunnel ?? way.url] });
  if (tunnel !== undefined) context.note(`Run that on your own machine, then visit ${way.url}`);
  if (opens) {
    const { default: open } = await import('open');
    const browser = await open(way.url);
    browser.on('error', (error) => context.warn(`No browser could be opened: ${error.message}`));
    browser.unref();
  }
}

/** A way that lasts as long as this command. */
async function holdUntilInterrupted(context: CommandContext): Promise<void> {
  context.note('The way stays open until ctrl-c.');
  const { signal } = context;
  // A pending promise alone keeps no process alive; the open way does.
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
