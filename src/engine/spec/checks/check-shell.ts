import type { Problem, SpecPath } from '../problem.ts';

/** Shells with a language of their own, which cannot run the lines that Symphony puts around a preamble. */
const otherLanguages: ReadonlySet<string> = new Set(['csh', 'elvish', 'fish', 'nu', 'pwsh', 'tcsh', 'xonsh']);

/** The problems of a shell's argv. Whether the shell exists is known only where the process runs. */
export function checkShell([program = '', ...options]: readonly string[], path: SpecPath): Problem[] {
  const name = program.slice(program.lastIndexOf('/') + 1);
  if (otherLanguages.has(name)) {
    const message = `is ${name}; it must be a shell that understands the language of sh: sh, bash, dash, ksh or zsh`;
    return [{ path, message: `${message}. A command that is a list can start any program` }];
  }
  const extra = options.indexOf('-c');
  return extra < 0 ? [] : [{ path: [...path, extra + 1], message: 'is added by Symphony; leave -c out' }];
}
