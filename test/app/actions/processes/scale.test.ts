import { expect } from 'vitest';
import { openExperiment } from '../../../../src/app/views/processes/open-experiment.ts';
import type { ReplicaCounts } from '../../../../src/engine/spec/scale-spec.ts';
import { parse } from '../../../engine/spec/support/problems.ts';
import { test } from '../../support/app-test.ts';
import { anExperiment, describedExperiment } from '../../support/statuses.ts';

/** A capability that notes what it is asked to do. */
function recorder() {
  const asked: ReplicaCounts[] = [];
  const scale = async (_: string, counts: ReplicaCounts) => {
    asked.push(counts);
    const changes = [{ target: 'agents/agent', from: 2, to: 5 }];
    return { changes, added: [], removed: [], newServices: [], goneServices: [], unaware: [] };
  };
  return { asked, capabilities: { scale: { scale } } };
}

const spec = parse({ name: 'rl', groups: { agents: { processes: { agent: { command: 'x', replicas: 2 } } } } });

test('asks for the number of the selected process, and says what changed', async ({ open }) => {
  const { asked, capabilities } = recorder();
  const app = await open({ capabilities });
  app.backend.descriptions.set('rl', { ...describedExperiment(anExperiment('rl', [])), spec });
  openExperiment(app.context, 'rl');
  await app.perform('down');
  const scaling = app.perform('scale');
  const prompt = await app.asked('prompt');
  expect([prompt.label, prompt.text]).toEqual(['scale rl: ', 'agents/agent=']);
  prompt.answer('agents/agent=5');
  await scaling;
  expect(asked).toEqual([{ 'agents/agent': 5 }]);
  expect(app.told()).toEqual(['good: Scaled agents/agent from 2 to 5.']);
});

test('does nothing without an answer', async ({ open }) => {
  const { asked, capabilities } = recorder();
  const app = await open({ capabilities });
  openExperiment(app.context, 'rl');
  const scaling = app.perform('scale');
  (await app.asked('prompt')).answer(undefined);
  await scaling;
  expect([asked, app.told()]).toEqual([[], []]);
});
