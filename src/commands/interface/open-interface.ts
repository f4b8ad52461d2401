import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cluster } from '../../engine/client/cluster.ts';
import { readSetting } from '../../engine/settings/config.ts';
import { adviseReader } from '../../engine/text/advice.ts';
import { version } from '../../engine/version.ts';
import { builtinCommands } from '../program/builtin-commands.ts';
import { createProgram } from '../program/create-program.ts';
import { watchInterruption } from '../program/interruption.ts';
import { openTerminal } from '../shared/terminal.ts';
import { requireScreen, runInterface } from './ui.ts';

/** @see Cluster.ui */
export async function openInterface(cluster: Cluster, experiment?: string): Promise<void> {
  requireScreen(process);
  const interruption = watchInterruption();
  const restoreInterrupts = interruption.ignoreInterrupts();
  const readership = adviseReader({ reader: 'commands', program: 'symphony' });
  const wishes = { never: false, setting: await readSetting('color'), env: process.env };
  const terminal = openTerminal(wishes, interruption.watchReader);
  const commands = builtinCommands;
  const program = createProgram({
    name: 'symphony',
    version,
    commands,
    runCommand: async () => {},
    only: undefined,
    writeHelp: (text) => terminal.stdout.write(text),
  });
  const script = findBin();
  try {
    const ownProgram = script === undefined ? {} : { ownProgram: { script, nodeOptions: [] } };
    await runInterface({ terminal, program, commands, experiment, ...ownProgram }, cluster);
  } finally {
    await terminal.flush();
    adviseReader(readership);
    restoreInterrupts();
    interruption.end();
  }
}

/** The bin of this package; undefined where it was bundled without it. */
function findBin(): string | undefined {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'bin', 'symphony.js');
    if (existsSync(path)) return path;
  }
  return undefined;
}
