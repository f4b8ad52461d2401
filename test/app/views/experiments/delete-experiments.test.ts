import { describe, expect } from 'vitest';
import { deleteExperiments } from '../../../../src/app/views/experiments/delete-experiments.ts';
import { openExperiment } from '../../../../src/app/views/processes/open-experiment.ts';
import { test } from '../../support/app-test.ts';

describe('delete', () => {
  test('asks, says what ends and what is kept, and deletes', async ({ open }) => {
    const app = await open();
    app.backend.others = ['claim data'];
    const deleting = app.perform('delete');
    const question = await app.asked('confirm');
    expect(question).toMatchObject({ title: 'Delete experiment rl?', choice: 'no' });
    expect(question.lines).toEqual([
      '  rl: 2 running processes end',
      '',
      'On memory. What the settings say of it stays in the history.',
      '',
      'Not created by Symphony, kept:',
      '  claim data',
    ]);
    question.answer(true);
    await deleting;
    expect(app.backend.deleted).toEqual(['rl']);
    expect(app.told()).toEqual(['good: Deleted rl.']);
  });

  test('deletes nothing if the answer is no', async ({ open }) => {
    const app = await open();
    const deleting = app.perform('delete');
    (await app.asked('confirm')).answer(false);
    await deleting;
    expect(app.backend.deleted).toEqual([]);
  });

  test('is refused where marks and selection are processes', async ({ open }) => {
    const app = await open();
    openExperiment(app.context, 'rl');
    await app.perform('delete');
    expect(app.told()).toEqual([
      'error: Delete rl in the list of experiments, not here. | esc goes there; ctrl-k stops the marked or selected processes.',
    ]);
  });

  test('leaves the views of a deleted experiment', async ({ open }) => {
    const app = await open();
    openExperiment(app.context, 'rl');
    await app.perform('open');
    await deleteExperiments(app.context, ['rl'], { force: true });
    expect(app.view().kind).toBe('experiments');
  });

  test('shows what could not be ended, and says of nothing that it is deleted', async ({ open }) => {
    const app = await open();
    app.backend.leftovers = ['process 12 ignores its end'];
    const deleting = deleteExperiments(app.context, ['rl'], { force: true });
    const note = await app.asked('note');
    expect(note).toMatchObject({ title: 'rl could not be deleted completely', lines: ['process 12 ignores its end'] });
    note.answer();
    await deleting;
    expect(app.told()).toEqual([]);
  });
});
