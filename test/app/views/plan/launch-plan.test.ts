import { expect } from 'vitest';
import { openPlan } from '../../../../src/app/views/plan/open-plan.ts';
import { openExperiment } from '../../../../src/app/views/processes/open-experiment.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { test } from '../../support/app-test.ts';

function spec(name: string) {
  return parseSpec({ name, processes: { main: { command: 'true' } } }, { baseDir: '/' });
}

test('launches the plan on the screen, and opens the experiment', async ({ open }) => {
  const app = await open();
  await openPlan(app.context, 'new.yaml', spec('new'), 'files');
  expect(app.rows().join('\n')).toMatch(/new on memory\. enter launches it\./);
  await app.perform('launch');
  expect(app.backend.launched).toEqual(['new']);
  expect(app.told()).toEqual(['good: Launched new.']);
  expect(app.store.getState().views.map(({ kind }) => kind)).toEqual(['experiments', 'processes']);
});

test('closes the view in which the file was chosen too', async ({ open }) => {
  const app = await open({ options: { workingDirectory: '/nowhere' } });
  await app.perform('launch');
  await openPlan(app.context, 'new.yaml', spec('new'), 'files');
  await app.perform('launch');
  expect(app.store.getState().views.map(({ kind }) => kind)).toEqual(['experiments', 'processes']);
});

test('goes back to the experiment from which it was opened', async ({ open }) => {
  const app = await open();
  openExperiment(app.context, 'rl');
  await openPlan(app.context, 'new.yaml', spec('new'), 'files');
  await app.perform('launch');
  expect(app.view()).toMatchObject({ kind: 'processes', experiment: 'rl' });
});

test('asks before it replaces an experiment', async ({ open }) => {
  const app = await open();
  await openPlan(app.context, 'rl.yaml', spec('rl'), 'files');
  const refused = app.perform('launch');
  (await app.asked('confirm')).answer(false);
  await refused;
  expect(app.backend.launched).toEqual([]);
  expect(app.view().kind).toBe('plan');
  const launching = app.perform('launch');
  const question = await app.asked('confirm');
  expect(question).toMatchObject({ title: 'Replace rl?', verb: 'replace' });
  question.answer(true);
  await launching;
  expect(app.backend.launched).toEqual(['rl replaced']);
});

test('launches nothing that the backend refuses, and says which field', async ({ open }) => {
  const app = await open();
  app.backend.planNotes = [
    { verdict: 'not-enforced', path: 'processes.main.resources', message: 'is not enforced here' },
    { verdict: 'refused', path: 'processes.main.tty', message: 'is not possible here' },
  ];
  await openPlan(app.context, 'new.yaml', spec('new'), 'files');
  expect(app.rows().join('\n')).toMatch(/▲ processes\.main\.resources[\s\S]*✗ processes\.main\.tty/);
  await app.perform('launch');
  expect(app.told()).toEqual([
    'error: The memory backend refuses this experiment: processes.main.tty: is not possible here',
  ]);
  expect(app.backend.launched).toEqual([]);
});
