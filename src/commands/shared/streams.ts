import type { Streams } from '../../engine/contract/capabilities.ts';
import type { Terminal } from './terminal.ts';

/** A command's own streams, for a program that it runs. */
export function ownStreams({ stdin, stdout, stderr }: Terminal): Streams & { readonly terminal: boolean } {
  return { stdin, stdout, stderr, terminal: Boolean(stdin.isTTY && stdout.isTTY) };
}
