import { expect, it } from 'vitest';
import { describeEnding, formatEnd } from '../../../src/engine/text/describe-ending.ts';

it.for([
  [{}, 'ended, exit status unknown'],
  [{ exitCode: 0 }, 'exit code 0'],
  [{ exitCode: 3 }, 'exit code 3'],
  [{ exitCode: 126 }, 'exit code 126: cannot be executed'],
  [{ exitCode: 127 }, 'exit code 127: the command or a program that it needs was not found'],
  [{ exitCode: 137 }, 'exit code 137, as after SIGKILL'],
  [{ exitCode: 200 }, 'exit code 200'],
  [{ exitCode: 137, signal: 'SIGKILL' }, 'killed by SIGKILL (exit code 137)'],
  [{ exitCode: 143, signal: 'SIGTERM' }, 'ended by SIGTERM (exit code 143)'],
  [{ signal: 'SIGKILL' }, 'killed by SIGKILL'],
  [{ exitCode: 1, reason: 'out of memory' }, 'out of memory'],
] as const)('the end %o in words', ([ending, text]) => expect(describeEnding(ending)).toBe(text));

it.for([
  [{}, ''],
  [{ exitCode: 3 }, 'exit code 3'],
  [{ exitCode: 3, reason: 'exit code 3' }, 'exit code 3'],
  [{ exitCode: 3, reason: 'out of memory' }, 'out of memory (exit code 3)'],
  [{ signal: 'SIGKILL', reason: 'out of memory' }, 'out of memory (SIGKILL)'],
  [{ reason: 'its host was restarted' }, 'its host was restarted'],
] as const)('the end %o with what its reason leaves out', ([ending, text]) => expect(formatEnd(ending)).toBe(text));
