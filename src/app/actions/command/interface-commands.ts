import type { AppContext } from '../../shell/context/context.ts';
import { perform } from '../../shell/context/perform.ts';
import { changeBackend } from '../../views/backends/change-backend.ts';
import { openBackends } from '../../views/backends/open-backends.ts';
import { openEvents } from '../../views/events/open-events.ts';
import { openFiles } from '../../views/files/open-files.ts';
import { openHistory } from '../../views/history/open-history.ts';
import { openExperiment } from '../../views/processes/open-experiment.ts';
import { openServices } from '../../views/services/open-services.ts';

/**
 * Runs a command of the interface.
 * @param argument the first word after the command
 * @returns false if it does not take this argument: then the line is a command of `symphony`, or wrong
 */
type InterfaceCommand = (context: AppContext, argument: string | undefined) => boolean | Promise<boolean>;

const quit: InterfaceCommand = ({ terminal }) => {
  terminal.exit(0);
  return true;
};

/** Commands that exist only in the interface, not in a shell, or that do more here. */
export const interfaceCommands: Readonly<Record<string, InterfaceCommand>> = {
  quit,
  q: quit,
  help: withoutArgument((context) => perform(context, 'help')),
  async backend(context, argument) {
    await (argument === undefined ? openBackends(context) : changeBackend(context, argument));
    return true;
  },
  experiments(context, argument) {
    if (argument === undefined || !context.store.getState().model.has(argument)) return false;
    openExperiment(context, argument);
    return true;
  },
  services: withoutArgument(openServices),
  history: withoutArgument(openHistory),
  events: withoutArgument(openEvents),
  new: withoutArgument(openFiles),
};

function withoutArgument(run: (context: AppContext) => Promise<void>): InterfaceCommand {
  return async (context, argument) => {
    if (argument !== undefined) return false;
    await run(context);
    return true;
  };
}
