import { SymphonyError } from '../../../src/engine/errors.ts';

/** The SymphonyError that the action throws; fails if it throws none, or something else. */
export async function thrownBy(action: () => unknown): Promise<SymphonyError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof SymphonyError) return error;
    throw new Error(`It threw ${String(error)}.`, { cause: error });
  }
  throw new Error('It threw nothing.');
}
