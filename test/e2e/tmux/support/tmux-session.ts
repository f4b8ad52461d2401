import { test as base } from 'vitest';
import { Session } from '../../../support/session.ts';
import { temporaryHome } from '../../../support/temporary-home.ts';
import { OwnTmux } from './own-tmux.ts';

/** A user of the command line whose backend is tmux, with a separate server. */
export class TmuxSession extends Session {
  readonly tmux = new OwnTmux();
}

/** A test with such a session, which deletes everything after the test and fails if anything is left. */
export const test = base.extend('session', async ({ task }, { onCleanup }) => {
  // The path contains characters that tmux, strftime or a shell would interpret.
  const session = new TmuxSession(await temporaryHome("ho me'd #S %d $x"));
  session.env.SYMPHONY_BACKEND = 'tmux';
  session.env.SYMPHONY_TMUX_SOCKET = session.tmux.socket;
  onCleanup(async () => {
    try {
      if (task.result?.state !== 'fail') {
        await session.expectCleanEnd();
        await session.tmux.expectGone();
      }
    } finally {
      await session.tmux.remove();
      await session.place.remove();
    }
  });
  return session;
});
