import { expect, it } from 'vitest';
import { exitCodesTopic } from '../../../src/commands/help/exit-codes-topic.ts';
import { exitCodeOf, ownFailure } from '../../../src/commands/program/exit-code.ts';
import type { ErrorCode } from '../../../src/engine/contract/errors.ts';

it('explains the exit code of every error', () => {
  const codes = {
    usage: true,
    'invalid-spec': true,
    'cannot-ask': true,
    'not-found': true,
    ambiguous: true,
    conflict: true,
    unsupported: true,
    'backend-unavailable': true,
    timeout: true,
    interrupted: true,
    failed: true,
  } satisfies Record<ErrorCode, true>;
  const blocks = exitCodesTopic('symphony');
  const explained = blocks.flatMap((block) =>
    'terms' in block ? block.terms.flatMap(([term]) => term.split(', ')) : [],
  );
  for (const code of Object.keys(codes) as ErrorCode[]) expect(explained, code).toContain(String(exitCodeOf(code)));
  expect(JSON.stringify(blocks)).toContain(`${ownFailure} if they fail themselves`);
});
