import type { Visit } from '../../engine/contract/capabilities.ts';
import { chooseExperimentFor } from '../names/choose-targets.ts';
import { findStatus } from '../names/experiment-name.ts';
import { chooseService } from '../names/service-name.ts';
import { print } from '../output/print.ts';
import type { CommandContext, CommandDefinition } from '../program/command.ts';
import { tunnelCommand } from '../shared/ssh-tunnel.ts';

export const visit: CommandDefinition = {
  name: 'visit',
  aliases: ['vi'],
  group: 'Processes',
  configure: (command) =>
    command
      .description('open a service in the browser; in an ssh session, print the tunnel to open instead')
      .argument('[service]', 'by default the only one that is exposed')
      .argument('[experiment]', 'by default the current one')
      .option('-u, --url-only', 'print the address and open nothing'),
  async run(args, context) {
    const { cluster, capability, experiment } = await chooseExperimentFor(context, 'visit', args.experiment);
    const services = (await findStatus(cluster, experiment))?.services ?? [];
    const service = await chooseService(context, services, args.service);
    const connection = await capability.visit(experiment, service, {
      signal: context.signal,
      onProblem: (message) => context.warn(message),
    });
    try {
      await showAddress(context, connection, { service, urlOnly: args.urlOnly ?? false });
      if (connection.held) await holdUntilInterrupted(context);
    } finally {
      await connection.close();
    }
  },
};

async function showAddress(
  context: CommandContext,
  connection: Visit,
  { service, urlOnly }: { readonly service: string; readonly urlOnly: boolean },
): Promise<void> {
  const tunnel = urlOnly ? undefined : tunnelCommand(connection, process.env);
  const opens = !urlOnly && tunnel === undefined && context.terminal.canAsk;
  const address = {
    service,
    url: connection.url,
    host: connection.host,
    port: connection.port,
    ...(tunnel === undefined ? {} : { tunnel }),
  };
  await print(context, { data: address, names: () => [connection.url], table: () => [tunnel ?? connection.url] });
  if (tunnel !== undefined) context.note(`Run this command on your own machine, then visit ${connection.url}`);
  if (opens) {
    const { default: open } = await import('open');
    const browser = await open(connection.url);
    browser.on('error', (error) => context.warn(`No browser could be opened: ${error.message}`));
    browser.unref();
  }
}

/** Keeps a port-forward open as long as this command runs. */
async function holdUntilInterrupted(context: CommandContext): Promise<void> {
  context.note('The port-forward stays open until ctrl-c.');
  const { signal } = context;
  // The open port-forward keeps this process alive; a pending promise alone would not.
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
