import type { CommandResult } from '../../../engine/contract/capabilities.ts';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { KubeStatus } from '../api/api-error.ts';

/** Parses the final status of a command. Rejects if the command could not be run, or the status is unknown. */
export async function commandResult(said: string): Promise<CommandResult> {
  const status = parse(said);
  if (status.status === 'Success') return { exitCode: 0 };
  const causes = (status.details?.causes ?? []) as readonly { readonly reason?: string; readonly message?: string }[];
  const exitCode = Number(causes.find(({ reason }) => reason === 'ExitCode')?.message ?? Number.NaN);
  if (Number.isInteger(exitCode)) return { exitCode };
  throw new SymphonyError('failed', status.message || 'The container refused it.');
}

function parse(said: string): KubeStatus {
  try {
    return JSON.parse(said) as KubeStatus;
  } catch {
    return { message: said.trim() };
  }
}
