import { closeSync, writeSync } from 'node:fs';
import { LocalRunStarter } from '../local/local-run-starter.ts';
import { TmuxRunStarter } from '../tmux/tmux-run-starter.ts';
import { runSupervisor } from './supervisor-program.ts';

/** Whoever starts it waits for a byte on this descriptor, or for its end. */
const readyDescriptor = 3;

process.title = 'symphony-supervisor';
await runSupervisor({ local: new LocalRunStarter(), tmux: new TmuxRunStarter() }, () => {
  try {
    writeSync(readyDescriptor, '1');
    // Left open, it would be handed on to everything that is started.
    closeSync(readyDescriptor);
  } catch {
    // Nobody waits any more.
  }
});
process.exit(0);
