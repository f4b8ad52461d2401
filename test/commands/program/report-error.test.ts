import { expect, it } from 'vitest';
import { formatError } from '../../../src/commands/program/report-error.ts';
import { SymphonyError } from '../../../src/engine/contract/errors.ts';

const plain = { noteStyle: (_: unknown, text: string) => text };

it('errors are text for people and JSON for programs', () => {
  const error = new SymphonyError('not-found', 'There is no experiment "x\x1b[2J".', { hint: 'Did you mean y?' });
  expect(formatError(error, { json: false }, plain)).toBe('error: There is no experiment "x".\nDid you mean y?\n');
  expect(JSON.parse(formatError(error, { json: true }, plain))).toEqual({
    error: { code: 'not-found', message: error.message, hint: 'Did you mean y?' },
  });
});
