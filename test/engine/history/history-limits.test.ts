import { afterEach, describe, expect, test } from 'vitest';
import { isHistoryOff, readHistoryLimits } from '../../../src/engine/history/history-limits.ts';
import { overrideSetting } from '../../../src/engine/settings/config.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

scratchFolder();
const settings = ['historyAge', 'historySize', 'historyLogSize'] as const;
afterEach(() => {
  for (const name of settings) overrideSetting('program', name, undefined);
});

describe('the limits of the history', () => {
  test('by default', async () => {
    const limits = await readHistoryLimits();
    expect(limits).toEqual({ logBytes: 4 * 2 ** 20, ageSeconds: 90 * 86_400, totalBytes: 2 * 2 ** 30 });
    expect(isHistoryOff(limits)).toBe(false);
  });

  test('unlimited is without limit; off and 0 keep nothing', async () => {
    overrideSetting('program', 'historyAge', 'unlimited');
    overrideSetting('program', 'historySize', 'unlimited');
    overrideSetting('program', 'historyLogSize', 'off');
    expect(await readHistoryLimits()).toEqual({ logBytes: 0 });
    overrideSetting('program', 'historySize', '0');
    expect(isHistoryOff(await readHistoryLimits())).toBe(true);
    overrideSetting('program', 'historySize', '1Gi');
    overrideSetting('program', 'historyAge', 'off');
    expect(isHistoryOff(await readHistoryLimits())).toBe(true);
  });

  test('nothing else is taken', () => {
    for (const value of ['', 'never', '5 Mi', '-1', '1w'])
      for (const name of settings)
        expect(() => overrideSetting('program', name, value)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
