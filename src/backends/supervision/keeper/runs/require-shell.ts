import { existsSync } from 'node:fs';
import { SymphonyError } from '../../../../engine/contract/errors.ts';
import type { ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import { findExecutable } from '../../../kit/programs/find-executable.ts';

/**
 * Refuses a shell that this machine does not have, before anything is launched. A process whose folder does not exist yet
 * may have its shell there.
 * @param searchPath the PATH that the process will get
 * @throws SymphonyError `invalid-spec` with the place of the shell
 */
export function requireShell({ shell, preamble, command, startDir, path }: ResolvedProcess, searchPath: string): void {
  const [program = ''] = shell;
  if ((preamble.length === 0 && typeof command !== 'string') || !existsSync(startDir)) return;
  const found = findExecutable(program, searchPath, startDir);
  if (found.kind === 'found') return;
  const isPath = program.includes('/');
  const why =
    found.kind === 'refused'
      ? `${found.path} is ${found.why}`
      : isPath
        ? `there is no ${found.path}`
        : `there is no command ${JSON.stringify(program)} on its PATH`;
  throw new SymphonyError('invalid-spec', `${path}.shell: ${why}.`, {
    hint: 'Install that shell, or set another one: /bin/sh is everywhere.',
  });
}
