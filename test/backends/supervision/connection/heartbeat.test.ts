import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Heartbeat } from '../../../../src/backends/supervision/connection/heartbeat.ts';

let interval: number | undefined;
let asked: number;
let silences: number[];
let watch: Heartbeat;

beforeEach(() => {
  vi.useFakeTimers();
  interval = 1;
  asked = 0;
  silences = [];
  watch = new Heartbeat({
    sendPing: () => {
      asked += 1;
    },
    interval: () => interval,
    onSilence: (seconds) => silences.push(seconds),
  });
});

afterEach(() => {
  watch.close();
  vi.useRealTimers();
});

test('silence is measured from the request on', () => {
  watch.expect();
  vi.advanceTimersByTime(3_500);
  expect(silences).toEqual([1, 2, 3]);
  expect(asked).toBe(1);
});

test('a peer that works for a long time is pinged, and is not silent as long as it answers', () => {
  watch.expect();
  for (let second = 0; second < 60; second += 1) {
    vi.advanceTimersByTime(1_000);
    watch.heard();
  }
  expect(Math.max(...silences)).toBe(1);
  expect(asked).toBe(60);
  vi.advanceTimersByTime(2_000);
  expect(silences.slice(-2)).toEqual([1, 2]);
});

test('an answer ends the silence, and the next silence is measured anew', () => {
  watch.expect();
  vi.advanceTimersByTime(2_000);
  watch.heard();
  vi.advanceTimersByTime(2_000);
  expect(silences).toEqual([1, 2, 1, 2]);
});

test('a pause of this program itself counts as one check', () => {
  watch.expect();
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersToNextTimer();
  expect(silences).toEqual([1]);
});

test('nothing happens while no answer is expected, or after closing', () => {
  watch.expect();
  interval = undefined;
  vi.advanceTimersByTime(10_000);
  expect(silences).toEqual([1]);
  expect(vi.getTimerCount()).toBe(0);
  interval = 1;
  watch.expect();
  watch.close();
  vi.advanceTimersByTime(10_000);
  expect(silences).toEqual([1]);
});
