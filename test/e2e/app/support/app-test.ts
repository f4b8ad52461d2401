import { AppScreen, type ScreenOptions } from '../../../support/app-screen.ts';
import { test as base } from '../../../support/session.ts';

/** A test with a session, and with terminals on which the interface runs, all closed at the end. */
export const test = base.extend('open', async ({ session }, { onCleanup }) => {
  const screens: AppScreen[] = [];
  onCleanup(async () => {
    await Promise.all(screens.map((screen) => screen.close()));
  });
  return async (options: ScreenOptions = {}): Promise<AppScreen> => {
    const screen = new AppScreen(session, options);
    screens.push(screen);
    if (options.command === undefined) await screen.sees(/ › experiments|Too small/);
    return screen;
  };
});

/** A command that writes a line every so many seconds. */
export function ticking(name: string, every = 0.1): string {
  return `i=0; while :; do i=$((i + 1)); echo "${name} tick $i"; sleep ${every}; done`;
}

/** The experiment of most tests: a learner, and a group of three agents. */
export const small = {
  processes: { learner: { command: ticking('learner') } },
  groups: { agents: { processes: { agent: { command: ticking('agent'), replicas: 3 } } } },
};
