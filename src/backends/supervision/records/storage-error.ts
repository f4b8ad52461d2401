import { SymphonyError } from '../../../engine/contract/errors.ts';

/**
 * Explains why files of an experiment cannot be written.
 * @param consequence what was not done because of it, as one sentence
 */
export function storageError(error: unknown, consequence: string): SymphonyError {
  if (error instanceof SymphonyError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new SymphonyError('failed', 'There is no space left on the disk that holds Symphony’s state.', {
      hint: `Make room, or set SYMPHONY_HOME to a folder on another disk. ${consequence}`,
      cause: error,
    });
  }
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return new SymphonyError('failed', `Symphony’s state cannot be written: ${message}.`, {
      hint: `Set SYMPHONY_HOME to a folder that you may write to. ${consequence}`,
      cause: error,
    });
  }
  return new SymphonyError('failed', message ?? String(error), { cause: error });
}
