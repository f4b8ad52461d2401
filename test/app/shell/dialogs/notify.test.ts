import { test as base, expect } from 'vitest';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { cancelActivity, createNotify } from '../../../../src/app/shell/dialogs/notify.ts';
import type { AppState } from '../../../../src/app/shell/store/state.ts';
import { SymphonyError } from '../../../../src/engine/contract/errors.ts';
import { waitFor } from '../../../support/wait-for.ts';

const test = base.extend('app', ({ task: _ }, { onCleanup }) => {
  const state = { toasts: [], messages: [], activities: new Map(), spin: 0 };
  const store = createStore(() => state) as unknown as StoreApi<AppState>;
  const end = new AbortController();
  const notify = createNotify(store, end.signal);
  onCleanup(() => notify.stop());
  const told = () => store.getState().toasts.map(({ kind, message }) => `${kind}: ${message}`);
  return { store, notify, end, told };
});

test('an activity is shown with its progress and a spinner until it ends', async ({ app }) => {
  const { store, notify } = app;
  const { promise, resolve } = Promise.withResolvers<number>();
  const result = notify.during('deleting rl', ({ progress }) => {
    progress('deleting rl: 3 of 5');
    return promise;
  });
  await waitFor(() => [...store.getState().activities.values()][0]?.message === 'deleting rl: 3 of 5');
  const { spin } = store.getState();
  await waitFor(() => store.getState().spin > spin);
  resolve(7);
  expect(await result).toBe(7);
  expect(store.getState().activities.size).toBe(0);
});

test('an action that observes its signal ends with its own result, or with a message that it was cancelled', async ({
  app,
}) => {
  const { store, notify, told } = app;
  async function cancelled<Result>(end: () => Promise<Result>) {
    const result = notify.during('waiting', async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      return end();
    });
    await waitFor(() => store.getState().activities.size === 1);
    expect(cancelActivity(store)).toBe(true);
    return result;
  }
  expect(await cancelled(async () => 'what there was')).toBe('what there was');
  expect(told()).toEqual([]);
  const interrupted = () => Promise.reject(new SymphonyError('interrupted', 'Interrupted.'));
  expect(await cancelled(interrupted)).toBeUndefined();
  expect(told()).toEqual(['info: Cancelled: waiting.']);
  expect(cancelActivity(store)).toBe(false);
});

test('an action that ignores its signal is abandoned once it is cancelled', async ({ app }) => {
  const { store, notify, told } = app;
  const result = notify.during('asking', () => new Promise<string>(() => {}));
  await waitFor(() => store.getState().activities.size === 1);
  cancelActivity(store);
  expect(await result).toBeUndefined();
  expect(told()).toEqual(['info: Cancelled: asking.']);
  expect(store.getState().activities.size).toBe(0);
});

test('the end of the interface aborts an activity without a message', async ({ app }) => {
  const { notify, end, told } = app;
  const result = notify.during('asking', ({ signal }) => {
    end.abort();
    signal.throwIfAborted();
    return Promise.resolve();
  });
  expect(await result).toBeUndefined();
  expect(told()).toEqual([]);
});
