import type { StoreApi } from 'zustand/vanilla';
import { toSymphonyError } from '../../engine/errors.ts';
import type { AppState } from './state.ts';
import { keptMessages, type Toast, toastDuration } from './toasts.ts';

/** Tells results and errors, in toasts that go away by themselves. */
export interface Notify {
  good(message: string): void;
  info(message: string, hint?: string): void;
  warning(message: string, hint?: string): void;
  error(error: unknown): void;
  /** Shows what is being done until it is done, and tells an error. Gives undefined if it failed. */
  during<Result>(
    message: string,
    action: (progress: (message: string) => void) => Promise<Result>,
  ): Promise<Result | undefined>;
  stop(): void;
}

export function createNotify(store: StoreApi<AppState>): Notify {
  const timers = new Map<number, NodeJS.Timeout>();
  let last = 0;

  function add(kind: Toast['kind'], message: string, hint?: string): void {
    last += 1;
    const toast: Toast = { id: last, kind, message, time: Date.now(), ...(hint === undefined ? {} : { hint }) };
    const isOther = (shown: Toast) => shown.message !== message;
    store.setState(({ toasts, messages }) => ({
      toasts: [...toasts.filter(isOther).slice(-3), toast],
      messages: [...messages, toast].slice(-keptMessages),
    }));
    timers.set(
      toast.id,
      setTimeout(() => {
        timers.delete(toast.id);
        store.setState(({ toasts }) => ({ toasts: toasts.filter(({ id }) => id !== toast.id) }));
      }, toastDuration(toast)),
    );
  }

  function setActivity(id: number, message: string | undefined): void {
    store.setState(({ activities }) => {
      const next = new Map(activities);
      if (message === undefined) next.delete(id);
      else next.set(id, message);
      return { activities: next };
    });
  }

  const notify: Notify = {
    good: (message) => add('good', message),
    info: (message, hint) => add('info', message, hint),
    warning: (message, hint) => add('warning', message, hint),
    error(error) {
      const { code, message, hint } = toSymphonyError(error);
      if (code !== 'interrupted') add('error', message, hint);
    },
    async during(message, action) {
      last += 1;
      const id = last;
      setActivity(id, message);
      try {
        return await action((progress) => setActivity(id, progress));
      } catch (error) {
        notify.error(error);
        return undefined;
      } finally {
        setActivity(id, undefined);
      }
    },
    stop() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
  return notify;
}
