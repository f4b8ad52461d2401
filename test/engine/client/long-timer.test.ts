import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LongTimer } from '../../../src/engine/client/long-timer.ts';

const day = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it.each([0, 1, 5_000, 30 * day, 365 * day])('a timer of %d ms fires once, after that', (milliseconds) => {
  const action = vi.fn();
  new LongTimer(milliseconds, action);
  if (milliseconds > 0) vi.advanceTimersByTime(milliseconds - 1);
  expect(action).toHaveBeenCalledTimes(0);
  vi.advanceTimersByTime(1);
  expect(action).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

it('a timer that is closed does not fire, however long it was', () => {
  const action = vi.fn();
  const timers = [5_000, 40 * day, Number.POSITIVE_INFINITY].map((milliseconds) => new LongTimer(milliseconds, action));
  vi.advanceTimersByTime(4_000);
  for (const timer of timers) timer.close();
  vi.advanceTimersByTime(60 * day);
  expect(action).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
