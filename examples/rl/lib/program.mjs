import { EnvironmentError } from './environment.mjs';
import { UsageError } from './flags.mjs';

/** @param {string} line */
export function log(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * Runs a program: ends it at once when it is asked to, and tells in one line what its user did wrong. All else that
 * goes wrong is a fault of the program, and shows its stack.
 * @param {() => Promise<void>} main the program is over when it returns
 */
export async function run(main) {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => {
      log(`${signal}: bye`);
      process.exit(0);
    });
  }
  // Who reads the output may go first; that is no reason to end.
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
  // An error of the system (an address in use) has a `syscall`, and a message that says enough.
  return (
    error instanceof EnvironmentError || error instanceof UsageError || (error instanceof Error && 'syscall' in error)
  );
}
