import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { absolutePath } from './working-directory.ts';

/** The folders that Symphony uses. All absolute; reading them creates nothing. */
export interface SymphonyPaths {
  /** The folder of the user's settings. */
  readonly config: string;
  /** The folder of state: running experiments, the current experiment, logs. */
  readonly state: string;
  /** The folder of logs, inside `state`. */
  readonly logs: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `SYMPHONY_HOME` moves everything into one folder. Without it, the platform's usual folders apply. */
export function symphonyPaths(env: Environment = process.env): SymphonyPaths {
  const home = env.HOME || homedir();
  if (env.SYMPHONY_HOME) {
    const own = absolutePath(expandHome(env.SYMPHONY_HOME, home));
    return withLogs(own, join(own, 'state'));
  }
  if (process.platform === 'darwin') {
    const library = join(home, 'Library');
    return withLogs(join(library, 'Preferences', 'symphony'), join(library, 'Application Support', 'symphony'));
  }
  return withLogs(
    join(baseFolder(env.XDG_CONFIG_HOME, join(home, '.config')), 'symphony'),
    join(baseFolder(env.XDG_STATE_HOME, join(home, '.local', 'state')), 'symphony'),
  );
}

/** Expands `~` and `~/…` to the home folder; returns every other path unchanged. */
export function expandHome(path: string, home: string = homedir()): string {
  if (path === '~') return home;
  return path.startsWith('~/') ? join(home, path.slice(2)) : path;
}

/** The XDG specification says to ignore relative paths. */
function baseFolder(wanted: string | undefined, otherwise: string): string {
  return wanted && isAbsolute(wanted) ? wanted : otherwise;
}

function withLogs(config: string, state: string): SymphonyPaths {
  return { config, state, logs: join(state, 'logs') };
}
