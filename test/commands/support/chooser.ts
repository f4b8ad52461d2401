import { PassThrough } from 'node:stream';
import type { CommandContext } from '../../../src/commands/program/command.ts';

type Chooser = Pick<CommandContext, 'terminal' | 'signal' | 'note'>;

/** A command without a terminal. */
export const noTerminal: Chooser = {
  terminal: { canAsk: false } as CommandContext['terminal'],
  signal: new AbortController().signal,
  note: () => undefined,
};

/** A command on a terminal, whose user answers each question with these keys once it is shown. */
export function answering(keys: string, signal = noTerminal.signal): Chooser & { readonly asked: () => string } {
  const stdin = new PassThrough();
  const stderr = new PassThrough();
  let shown = '';
  stderr.on('data', (chunk) => {
    if (shown === '') setImmediate(() => stdin.write(keys));
    shown += chunk;
  });
  const terminal = { canAsk: true, stdin, stderr } as unknown as CommandContext['terminal'];
  return { terminal, signal, note: () => undefined, asked: () => shown };
}

export const enter = '\r';
export const down = '\x1b[B';
