import { homedir } from 'node:os';
import type { AppOptions } from '../../app/index.ts';
import { Cluster } from '../../engine/client/cluster.ts';
import { registeredBackends } from '../../engine/contract/backend-registry.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import { findWorkingDirectory } from '../../engine/files/working-directory.ts';
import { readSetting } from '../../engine/settings/config.ts';
import { advise, commandLine } from '../../engine/text/advice.ts';
import { version } from '../../engine/version.ts';
import { chooseExperiment } from '../names/experiment-name.ts';
import type { CommandContext, CommandDefinition } from '../program/command.ts';
import { desktopNotices } from '../shared/desktop-notices.ts';
import { tunnelCommand } from '../shared/ssh-tunnel.ts';
import type { Terminal } from '../shared/terminal.ts';
import { expectWord } from './expect-word.ts';
import type { OwnProgram } from './run-own-command.ts';

export const ui: CommandDefinition = {
  name: 'ui',
  group: 'Symphony',
  seesAllCommands: true,
  needsTerminal: true,
  configure: (command) =>
    command
      .description(`open the full-screen interface, as ${commandLine('alone on a terminal does')}`)
      .argument('[experiment]', 'whose processes are shown first; by default the list of experiments'),
  async run(args, context) {
    requireScreen(context.terminal);
    const restoreInterrupts = context.ignoreInterrupts();
    try {
      const opening = context.cluster();
      if (args.experiment === undefined) return await runInterface(context, opening);
      const experiment = await chooseExperiment(context, await opening, args.experiment);
      return await runInterface({ ...context, experiment }, opening);
    } finally {
      restoreInterrupts();
    }
  },
};

/** @throws SymphonyError `usage` where the interface cannot be shown */
export function requireScreen({ stdin, stdout }: Pick<Terminal, 'stdin' | 'stdout'>): void {
  const hint = advise((say) =>
    say.either(
      'Without one, use symphony ls, symphony p and symphony logs.',
      'Without one, use cluster.listExperiments, cluster.listProcesses and cluster.logs.',
    ),
  );
  if (!stdin.isTTY || !stdout.isTTY) {
    throw new SymphonyError('usage', 'The full-screen interface needs a terminal.', { hint });
  }
  if (process.env.TERM === 'dumb') {
    const message = 'The full-screen interface needs a terminal that can place its cursor; TERM is dumb.';
    throw new SymphonyError('usage', message, { hint });
  }
}

/** What the interface gets from the program that opens it. */
export interface InterfaceHost extends Pick<CommandContext, 'terminal' | 'program' | 'commands'> {
  /** The program that runs its commands, and the options of Node.js for it; by default this one. */
  readonly ownProgram?: OwnProgram;
  /** The experiment whose processes it shows first. */
  readonly experiment?: string | undefined;
}

/** Shows the interface until the user leaves it. */
export async function runInterface(host: InterfaceHost, opening: Cluster | Promise<Cluster>): Promise<unknown> {
  const [cluster, { runApp }] = await Promise.all([opening, import('../../app/index.ts')]);
  // The interface itself shows what it waits for.
  const { onWait } = cluster;
  cluster.onWait = undefined;
  try {
    return await runApp(await appOptions(host, cluster));
  } finally {
    cluster.onWait = onWait;
  }
}

async function appOptions(
  { terminal, program, commands, ownProgram, experiment }: InterfaceHost,
  cluster: Cluster,
): Promise<AppOptions> {
  const [theme, mouse, keys, desktop] = await Promise.all([
    readSetting('theme'),
    readSetting('mouse'),
    readSetting('keys'),
    desktopNotices(),
  ]);
  return {
    cluster,
    clusters: [...registeredBackends()].map(([name, definition]) => ({
      name,
      summary: definition.summary,
      check: () => definition.check(),
      load: async () => {
        const loaded = await Cluster.new(name);
        loaded.origin = cluster.origin;
        return loaded;
      },
    })),
    async readCommand(line) {
      const { readCommandLine } = await import('./read-command-line.ts');
      return readCommandLine(commands, line);
    },
    expectWord: (line) => expectWord(program, line),
    async runCommand(words, options) {
      const { runOwnCommand } = await import('./run-own-command.ts');
      return runOwnCommand(words, { ...options, ...(ownProgram && { ownProgram }) });
    },
    loadSpec: async (path) => {
      const { loadSpec } = await import('../../engine/spec/source/load-spec.ts');
      return loadSpec(path);
    },
    async openBrowser(url) {
      const { default: open } = await import('open');
      const browser = await open(url);
      browser.unref();
    },
    tunnelCommand: (address) => tunnelCommand(address, process.env),
    settings: { theme, mouse, keys },
    desktopNotices: desktop,
    experiment,
    version,
    environment: process.env,
    workingDirectory: findWorkingDirectory() ?? homedir(),
    stdin: terminal.stdin,
    stdout: terminal.stdout,
    stderr: terminal.stderr,
  };
}
