import { SymphonyError } from '../../../src/engine/contract/errors.ts';

/** Resolves with the SymphonyError that the action throws; rejects if it throws anything else, or nothing. */
export async function thrownBy(action: () => unknown): Promise<SymphonyError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof SymphonyError) return error;
    throw new Error(`It threw ${String(error)}.`, { cause: error });
  }
  throw new Error('It threw nothing.');
}
