import { expect } from 'vitest';
import { AppScreen } from '../../../support/app-screen.ts';
import { base } from '../support/kube-lab.ts';
import { test } from '../support/kube-test.ts';

const ticking = 'i=0; while :; do i=$((i + 1)); echo "tick $i"; sleep 0.2; done';

test('every view of the full-screen interface works on a cluster', async ({ lab }) => {
  await lab.launch('shown', {
    processes: {
      learner: { command: ticking },
      stuck: { command: ['sleep', '600'], kube: { ...base.kube, nodeSelector: { absent: 'label' } } },
      broken: { command: 'echo "no model here"; exit 3' },
    },
    groups: { agents: { processes: { agent: { command: ticking } } } },
  });
  await lab.until('shown', 'learner', 'running');
  const screen = await AppScreen.open(lab.session, { columns: 140 });
  try {
    await screen.sees(/shown .*degraded/);
    screen.press('enter');
    await screen.sees(/learner .*running/);
    // The list shows why a process waits or failed without opening the process.
    await screen.sees(/stuck .*pending .*cannot be scheduled/);
    await screen.sees(/broken .*failed .*exit code 3/);
    screen.type('/learner');
    screen.press('enter');
    screen.press('l');
    await screen.sees(/tick \d+/);
    screen.press('esc', 'd');
    await screen.sees(/learner/);
    await screen.sees(/node +testnode|testnode/);
    screen.press('esc', 's');
    await screen.sees(/^\/ # /m);
    screen.type('echo "in $SYMPH_PROCESS"\r');
    await screen.sees(/^in learner/m);
    screen.type('exit\r');
    await screen.sees(/learner .*running/);
    screen.press('r');
    await screen.sees(/Restart .*learner/);
    screen.press('y');
    await screen.sees(/Restarted learner/, 60);
    screen.press('esc', 'esc');
    await screen.sees(/ › experiments/);
    screen.press('ctrl-d');
    await screen.sees('Delete experiment shown?');
    screen.press('y');
    await screen.sees('Deleted shown.', 120);
    expect(await lab.objects('shown')).toEqual([]);
  } finally {
    await screen.close();
  }
});
