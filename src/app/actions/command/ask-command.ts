import type { AppContext } from '../../shell/context/context.ts';
import { chosenExperiments } from '../../shell/context/targets.ts';
import { completeCommand } from './complete-command.ts';
import { runCommandLine } from './run-command-line.ts';

/** Prompts for a command, with completion and history, and runs it on what the screen shows. */
export async function askCommand(context: AppContext): Promise<void> {
  const { ask, options, store } = context;
  const line = await ask.text({
    label: ':',
    history: store.getState().commandHistory,
    suggest: (text) => completeCommand(store.getState(), text, options.expectWord(text), chosenExperiments(context)[0]),
  });
  const command = line?.trim() ?? '';
  if (command === '') return;
  store.setState(({ commandHistory }) =>
    commandHistory.at(-1) === command ? {} : { commandHistory: [...commandHistory, command] },
  );
  await runCommandLine(context, command);
}
