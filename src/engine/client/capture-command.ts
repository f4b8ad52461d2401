import { Readable } from 'node:stream';
import type { CommandResult, ExecCapability } from '../contract/capabilities.ts';
import type { ProcessReference } from '../contract/status.ts';
import { CollectedText } from '../text/collected-text.ts';

export interface CaptureOptions {
  /** What the command reads; nothing by default. */
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

/** How a command ended, and what it wrote. */
export interface CapturedResult extends CommandResult {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in a process, and keeps what it writes. */
export async function captureCommand(
  { exec }: ExecCapability,
  { experiment, reference }: { readonly experiment: string; readonly reference: ProcessReference },
  command: readonly string[],
  { input = '', signal }: CaptureOptions = {},
): Promise<CapturedResult> {
  const output = { stdout: new CollectedText(), stderr: new CollectedText() };
  const stdin = Readable.from(input.length === 0 ? [] : [Buffer.from(input)]);
  const options = { streams: { stdin, ...output }, ...(signal === undefined ? {} : { signal }) };
  const result = await exec(experiment, reference, command, options);
  return { ...result, stdout: output.stdout.text, stderr: output.stderr.text };
}
