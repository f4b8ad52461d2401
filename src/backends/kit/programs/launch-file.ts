import { commandLine } from '../../../engine/shell/command-line.ts';
import { quoteWord } from '../../../engine/text/format-command.ts';

/** The content of a launch file. The process receives every value byte for byte. */
export interface LaunchFile {
  /** File of shell exports with the launching shell's environment, shared by all processes of the experiment. */
  readonly environmentFile: string;
  /** The process's own variables, which override those of the launching shell. */
  readonly env: Readonly<Record<string, string>>;
  /** File of shell exports that may change from run to run, and that override all others. */
  readonly runEnvironmentFile?: string;
  /** Variables of the launching shell whose names no shell can export. */
  readonly unexportable: Readonly<Record<string, string>>;
  readonly startDir: string;
  /** Where the shell of a preamble writes down how far it is; see `parseProgress`. */
  readonly progressFile: string;
  /** The argv of the shell, without `-c`. */
  readonly shell: readonly string[];
  readonly preamble: readonly string[];
  /** A string runs in a shell, a list is an argv. */
  readonly command: string | readonly string[];
  /** Whether the process has a terminal. It then gets the TERM of that terminal instead of the launching shell's. */
  readonly terminal: boolean;
}

/**
 * The text of a launch file: a shell script of quoted data and the few lines that apply it. `sh FILE run RUN` starts
 * the process after writing its pid and start time to `RUN.pid`. `sh FILE exec ARGV…` starts another command with the
 * same environment in the same folder, and exits with 125 if that folder does not exist.
 */
export function launchFileText(file: LaunchFile): string {
  const argv = commandLine(file, file.progressFile).map(quoteWord).join(' ');
  const prefix = ['env', ...Object.entries(file.unexportable).map(([name, value]) => quoteWord(`${name}=${value}`))];
  const wrapped = prefix.length > 1 ? `${prefix.join(' ')} ` : '';
  return `# One process of a Symphony experiment: environment, folder and command, as data.
if [ "$1" = run ]; then
  symphony_run=$2
  symphony_stat=
  { read -r symphony_stat <"/proc/$$/stat"; } 2>/dev/null
  # Field 22 is the start time, which distinguishes this process from a later one with the same pid.
  set -- $symphony_stat
${file.preamble.length > 0 ? forgetProgress(file.progressFile) : ''}  # Fails if the file exists: a run that was given up must not start later.
  set -C
  { printf '%s %s\\n' "$$" "\${22}" >"$symphony_run.pid"; } 2>/dev/null || exit 126
  set +C
  set -- run
fi
symphony_term=$TERM
unset PATH
. ${quoteWord(file.environmentFile)}
${exportLines(file.env)}${file.runEnvironmentFile === undefined ? '' : `. ${quoteWord(file.runEnvironmentFile)}\n`}${file.terminal && file.env.TERM === undefined ? 'export TERM="$symphony_term"\n' : ''}cd -- ${quoteWord(file.startDir)} 2>/dev/null || {
  ${complain('the folder of the process cannot be entered:', quoteWord(file.startDir))}
  [ "$1" = exec ] && exit 125
  exit 126
}
if [ "$1" = exec ]; then
  shift
${refuseCommand}
  [ -z "$symphony_term" ] || export TERM="$symphony_term"
  exec ${wrapped}"$@"
fi
exec ${wrapped}${argv}
`;
}

/**
 * Makes `sh FILE exec ARGV` report a command that cannot be run: the shell's own message would name the launch file.
 */
const refuseCommand = `  case $1 in
  */*)
    [ -e "$1" ] || { ${complain('there is no', '"$1"')}; exit 127; }
    { [ -f "$1" ] && [ -x "$1" ]; } || { ${complain('not an executable file:', '"$1"')}; exit 126; }
    ;;
  *)
    (
      set -f
      IFS=:
      for folder in $PATH; do [ ! -f "\${folder:-.}/$1" ] || [ ! -x "\${folder:-.}/$1" ] || exit 0; done
      exit 1
    ) || { ${complain('there is no command of this name on the PATH of the process:', '"$1"')}; exit 127; }
    ;;
  esac`;

/** What an earlier run has written must not be taken for this one's. */
function forgetProgress(progressFile: string): string {
  return `  { : >${quoteWord(progressFile)}; } 2>/dev/null\n`;
}

function complain(what: string, word: string): string {
  return `printf 'symphony: %s %s\\n' ${quoteWord(what)} ${word} >&2`;
}

/** The text of the environment file, and the variables that it cannot hold. */
export function environmentFileText(
  environment: Readonly<Record<string, string>>,
  umask: number,
): { readonly text: string; readonly unexportable: Readonly<Record<string, string>> } {
  const exportable: Record<string, string> = {};
  const unexportable: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (readOnlyNames.has(name)) continue;
    (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? exportable : unexportable)[name] = value;
  }
  return { text: `umask ${umask.toString(8).padStart(4, '0')}\n${exportLines(exportable)}`, unexportable };
}

/** Variables that some shells refuse to set, or set themselves. */
const readOnlyNames = new Set(['_', 'PPID', 'UID', 'EUID', 'GROUPS', 'BASHOPTS', 'SHELLOPTS', 'BASH_VERSINFO']);

/** Lines of shell that export these variables. */
export function exportLines(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${name}=${quoteWord(value)}\n`)
    .join('');
}
