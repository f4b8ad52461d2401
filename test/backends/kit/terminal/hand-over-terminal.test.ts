import { beforeEach, describe, expect, test } from 'vitest';
import { handTerminalOver } from '../../../../src/backends/kit/terminal/hand-over-terminal.ts';
import { TerminalProxy } from '../../../../src/backends/kit/terminal/terminal-proxy.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { UserTerminal } from '../support/user-terminal.ts';

/** A session that records what it is sent. */
class RecordedSession {
  readonly #end = Promise.withResolvers<number>();
  readonly result = this.#end.promise;
  readonly sizes: string[] = [];
  keys = '';

  write(keys: Uint8Array): void {
    this.keys += Buffer.from(keys).toString();
  }

  resize(columns: number, rows: number): void {
    this.sizes.push(`${columns}x${rows}`);
  }

  close(): void {
    this.#end.reject(new Error('closed'));
  }

  end(exitCode: number): void {
    this.#end.resolve(exitCode);
  }

  fail(error: Error): void {
    this.#end.reject(error);
  }
}

let user: UserTerminal;
let session: RecordedSession;

beforeEach(() => {
  user = new UserTerminal();
  session = new RecordedSession();
});

test('sends keys and sizes, and gives the terminal back with the result', async () => {
  const over = handTerminalOver(session, user.streams);
  expect(user.stdin.isRaw).toBe(true);
  user.type('one\x1dtwo');
  user.resize(70, 20);
  await waitFor(() => session.keys === 'one\x1dtwo', { what: 'the keys' });
  session.end(7);
  expect(await over).toEqual({ isDetached: false, result: 7 });
  expect(session.sizes).toEqual(['91x31', '70x20']);
  expect(user.isRestored).toBe(true);
  expect(user.stdin.isPaused()).toBe(true);
});

test('a program redraws if its size changes at the start', async () => {
  const over = handTerminalOver(session, user.streams, { redraws: true });
  session.end(0);
  await over;
  expect(session.sizes).toEqual(['92x32', '91x31']);
});

test('keeps the raw mode of a terminal that had it', async () => {
  user.stdin.setRawMode(true);
  const over = handTerminalOver(session, user.streams);
  session.end(0);
  await over;
  expect(user.stdin.isRaw).toBe(true);
});

describe('a session that can be detached from', () => {
  const attach = (signal?: AbortSignal | undefined) =>
    handTerminalOver(session, user.streams, {
      isDetachable: true,
      screen: new TerminalProxy(user.stdout),
      signal,
    });

  test('ends at the detach key, wherever it stands among others', async () => {
    const over = attach();
    user.type('one\x1dtwo');
    expect(await over).toEqual({ isDetached: true });
    expect(session.keys).toBe('one');
    expect(user.isRestored).toBe(true);
  });

  test.each([
    ['an error of its input', (terminal: UserTerminal) => terminal.stdin.emit('error', new Error('EIO'))],
    ['an error of its output', (terminal: UserTerminal) => terminal.stdout.emit('error', new Error('EPIPE'))],
    ['its end', (terminal: UserTerminal) => terminal.stdout.emit('close')],
  ])('counts the loss of the terminal by %s as a detach', async (_how, lose) => {
    const over = attach();
    lose(user);
    expect(await over).toEqual({ isDetached: true });
    expect(user.isRestored).toBe(true);
  });

  test('detaches on an abort, also on one before the start', async () => {
    const controller = new AbortController();
    const over = attach(controller.signal);
    controller.abort();
    expect(await over).toEqual({ isDetached: true });
    session = new RecordedSession();
    expect(await attach(controller.signal)).toEqual({ isDetached: true });
    expect(session.sizes).toEqual([]);
  });

  test('gives the error of a broken connection', async () => {
    const over = attach();
    session.fail(new Error('broken'));
    await expect(over).rejects.toThrow('broken');
    expect(user.isRestored).toBe(true);
  });
});

test('the loss of the terminal interrupts a session that cannot be detached from', async () => {
  const over = handTerminalOver(session, user.streams);
  user.stdin.emit('error', new Error('EIO'));
  await expect(over).rejects.toMatchObject({ code: 'interrupted' });
  expect(user.isRestored).toBe(true);
});
