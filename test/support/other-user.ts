import { chmod, chown } from 'node:fs/promises';
import { run } from './bin.ts';
import { Session } from './session.ts';

const otherUserId = 65_534;

/** The prefix that runs a command as another user, `nobody`. */
export const asOtherUserCommand = ['setpriv', `--reuid=${otherUserId}`, `--regid=${otherUserId}`, '--clear-groups'];

/** The same session, home included, as the user `nobody`; undefined where this user cannot do that. */
export async function asOtherUser(session: Session): Promise<Session | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const user = new Session(session.place);
  user.bin = [...asOtherUserCommand, ...session.bin];
  await chmod(session.folder, 0o755);
  await chown(session.folder, otherUserId, otherUserId);
  const tried = await run([...user.bin, '--version'], { cwd: '/', env: user.env });
  return tried.exitCode === 0 ? user : undefined;
}
