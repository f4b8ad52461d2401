import { describe } from 'vitest';
import { endsOnSignal, killsOnSecondSignal, succeedsAndFails } from '../support/attached-stories.ts';
import { test } from './support/tmux-session.ts';

describe('launch --attached', () => {
  test('prints everything, ends with the experiment, and gives its outcome', async ({ session }) => {
    await succeedsAndFails({ session });
  });

  test('ends everything on an interrupt, in an orderly way', async ({ session }) => {
    await endsOnSignal({ session }, 'SIGINT', 130);
  });

  test('kills everything on a second interrupt', async ({ session }) => {
    await killsOnSecondSignal({ session });
  });
});
