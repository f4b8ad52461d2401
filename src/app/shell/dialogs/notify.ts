import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreApi } from 'zustand/vanilla';
import { SymphonyError, toSymphonyError } from '../../../engine/contract/errors.ts';
import type { AppState, RunningActivity } from '../store/state.ts';
import { maxMessages, type Toast, toastDuration } from '../store/toasts.ts';

/** The controls of a long-running action. */
export interface Activity {
  /** Aborted when the user cancels the action, and when the interface ends. */
  readonly signal: AbortSignal;
  /** Shows the progress in place of the first message. */
  progress(message: string): void;
}

/** Shows results and errors in toasts, which disappear after a while. */
export interface Notify {
  good(message: string): void;
  info(message: string, hint?: string): void;
  warning(message: string, hint?: string): void;
  error(error: unknown): void;
  /**
   * Shows a message while an action runs, and shows its error. When the user cancels, the signal aborts, and an action that
   * does not end soon afterwards is abandoned. Resolves with undefined if the action failed or was cancelled.
   */
  during<Result>(message: string, action: (activity: Activity) => Promise<Result>): Promise<Result | undefined>;
  /** Removes every toast. Returns false if there was none. */
  dismiss(): boolean;
  stop(): void;
}

/** How long a cancelled action may take to end in order. */
const cancelGraceMilliseconds = 1000;
/** A shorter action is not shown, because its message would only flicker. */
const showDelayMilliseconds = 100;
/** The interval between two frames of the spinner. */
const spinIntervalMilliseconds = 250;

/** @param signal aborted when the interface ends */
export function createNotify(store: StoreApi<AppState>, signal: AbortSignal): Notify {
  const timers = new Map<number, NodeJS.Timeout>();
  let last = 0;
  let spinning: NodeJS.Timeout | undefined;

  function add(kind: Toast['kind'], message: string, hint?: string): void {
    last += 1;
    const toast: Toast = { id: last, kind, message, time: Date.now(), ...(hint === undefined ? {} : { hint }) };
    const isOther = (shown: Toast) => shown.message !== message;
    store.setState(({ toasts, messages }) => ({
      toasts: [...toasts.filter(isOther).slice(-3), toast],
      messages: [...messages, toast].slice(-maxMessages),
    }));
    timers.set(
      toast.id,
      setTimeout(() => {
        timers.delete(toast.id);
        store.setState(({ toasts }) => ({ toasts: toasts.filter(({ id }) => id !== toast.id) }));
      }, toastDuration(toast)),
    );
  }

  function setActivity(id: number, activity: RunningActivity | undefined): void {
    store.setState(({ activities }) => {
      const next = new Map(activities);
      if (activity === undefined) next.delete(id);
      else next.set(id, activity);
      return { activities: next };
    });
    if (store.getState().activities.size > 0)
      spinning ??= setInterval(() => store.setState(({ spin }) => ({ spin: spin + 1 })), spinIntervalMilliseconds);
    else {
      clearInterval(spinning);
      spinning = undefined;
    }
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
      const own = new AbortController();
      const cancel = () => own.abort(new SymphonyError('interrupted', 'Cancelled.'));
      let shown = message;
      let isShown = false;
      const progress = (text: string) => {
        shown = text;
        if (isShown) setActivity(id, { message: shown, cancel });
      };
      const timer = setTimeout(() => {
        isShown = true;
        progress(shown);
      }, showDelayMilliseconds);
      try {
        const both = AbortSignal.any([signal, own.signal]);
        return await settleSoonAfterAbort(action({ signal: both, progress }), own.signal);
      } catch (error) {
        const isCancelled = own.signal.aborted && toSymphonyError(error).code === 'interrupted';
        if (isCancelled) add('info', `Cancelled: ${message}.`, 'Work that the backend has started may continue.');
        else notify.error(error);
        return undefined;
      } finally {
        clearTimeout(timer);
        if (isShown) setActivity(id, undefined);
        isShown = false;
      }
    },
    dismiss() {
      const { toasts } = store.getState();
      store.setState({ toasts: [] });
      return toasts.length > 0;
    },
    stop() {
      clearInterval(spinning);
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
  return notify;
}

/** Resolves with the result; rejects with the reason of the abort once the grace period is over. */
async function settleSoonAfterAbort<Result>(result: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  const settled = new AbortController();
  const onAbort = async () => {
    await sleep(cancelGraceMilliseconds, undefined, { signal: settled.signal }).catch(() => {});
    reject(signal.reason);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  givenUp.catch(() => {});
  try {
    return await Promise.race([result, givenUp]);
  } finally {
    settled.abort();
    signal.removeEventListener('abort', onAbort);
  }
}

/** Cancels the newest activity. Returns false if there is none. */
export function cancelActivity(store: StoreApi<AppState>): boolean {
  const activity = [...store.getState().activities.values()].at(-1);
  activity?.cancel();
  return activity !== undefined;
}
