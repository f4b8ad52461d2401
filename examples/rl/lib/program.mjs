import { EnvironmentError } from './environment.mjs';
import { UsageError } from './flags.mjs';

/** @param {string} line */
export function log(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * Runs a program: ends it at once on a signal, and reports an error of its user in one line. Any other error is a bug of
 * the program, and shows its stack.
 * @param {() => Promise<void>} main the program is over when it returns
 */
export async function run(main) {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => {
      log(`${signal}: bye`);
      process.exit(0);
    });
  }
  // The reader of the output may go first, which is no reason to end.
  process.stdout.on('error', () => {});
  try {
    await main();
    process.exit(0);
  } catch (error) {
    if (!isUsersFault(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/** @param {unknown} error @returns {error is Error} */
function isUsersFault(error) {
  // A system error (an address in use) has a `syscall`, and a sufficient message.
  return (
    error instanceof EnvironmentError || error instanceof UsageError || (error instanceof Error && 'syscall' in error)
  );
}
