import { chmod, chown } from 'node:fs/promises';
import { run } from './bin.ts';
import { Session } from './session.ts';

const nobody = 65_534;

/** The words before a command that make it somebody else's. */
export const asNobodyCommand = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];

/** The same session, home included, as the user nobody; undefined where that cannot be. */
export async function asNobody(session: Session): Promise<Session | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const user = new Session(session.place);
  user.bin = [...asNobodyCommand, ...session.bin];
  await chmod(session.folder, 0o755);
  await chown(session.folder, nobody, nobody);
  const tried = await run([...user.bin, '--version'], { cwd: '/', env: user.env });
  return tried.exitCode === 0 ? user : undefined;
}
