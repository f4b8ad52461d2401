import { expect, it } from 'vitest';
import {
  abortError,
  phraseOf,
  SymphonyError,
  throwIfAborted,
  toSymphonyError,
} from '../../../src/engine/contract/errors.ts';

it('every thrown value becomes one kind of error, and a SymphonyError stays as it is', () => {
  const own = new SymphonyError('conflict', 'It exists.', { hint: 'Use --force.' });
  expect(toSymphonyError(own)).toBe(own);
  const cause = new TypeError('x is not a function');
  expect(toSymphonyError(cause)).toMatchObject({ code: 'failed', message: 'x is not a function', cause });
  expect(toSymphonyError(new DOMException('aborted', 'AbortError')).code).toBe('interrupted');
  expect(toSymphonyError('a text').message).toBe('a text');
  expect(toSymphonyError(undefined).message).toBe('undefined');
});

it('a message becomes a part of a sentence without its period', () => {
  expect(phraseOf(new SymphonyError('failed', 'The file a.b is gone.'))).toBe('The file a.b is gone');
  expect(phraseOf('no such process')).toBe('no such process');
});

it('an error is printed with its code, message and hint, and without its cause', () => {
  const error = new SymphonyError('failed', 'No.', { hint: 'Try again.', cause: new Error('secret') });
  expect(JSON.parse(JSON.stringify(error))).toEqual({ code: 'failed', message: 'No.', hint: 'Try again.' });
  expect(JSON.parse(JSON.stringify(new SymphonyError('failed', 'No.')))).toEqual({ code: 'failed', message: 'No.' });
});

it('an abort is a timeout, an interruption, or what its owner gave as the reason', async () => {
  const timeout = AbortSignal.timeout(0);
  await new Promise((resolve) => timeout.addEventListener('abort', resolve));
  expect(abortError(timeout).code).toBe('timeout');
  expect(abortError(AbortSignal.abort()).code).toBe('interrupted');
  const reason = new SymphonyError('not-found', 'It is gone.');
  expect(abortError(AbortSignal.abort(reason))).toBe(reason);
  expect(() => throwIfAborted(AbortSignal.abort(reason))).toThrow(reason);
  expect(throwIfAborted(new AbortController().signal)).toBeUndefined();
});
