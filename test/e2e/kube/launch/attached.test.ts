import { describe } from 'vitest';
import { endsOnSignal, succeedsAndFails } from '../../support/attached-stories.ts';
import { base, type KubeLab } from '../support/kube-lab.ts';
import { test } from '../support/kube-test.ts';

function place(lab: KubeLab) {
  lab.adopt('fg');
  return { session: lab.session, fields: base, patience: 90 };
}

describe('launch --attached', { timeout: 300_000 }, () => {
  test('prints everything, ends with the experiment, and gives its outcome', async ({ lab }) => {
    await succeedsAndFails(place(lab));
  });

  test('ends everything on an interrupt, in an orderly way', async ({ lab }) => {
    await endsOnSignal(place(lab), 'SIGINT', 130);
  });
});
