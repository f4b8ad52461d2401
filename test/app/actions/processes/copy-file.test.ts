import { describe, expect } from 'vitest';
import { openExperiment } from '../../../../src/app/views/processes/open-experiment.ts';
import type { CopyEnd } from '../../../../src/engine/contract/capabilities.ts';
import { formatProcess } from '../../../../src/engine/contract/status.ts';
import { test } from '../../support/app-test.ts';

function recorder() {
  const copied: string[] = [];
  const name = (end: CopyEnd) => (end.process === undefined ? end.path : `${formatProcess(end.process)}:${end.path}`);
  const copy = {
    copy: async (experiment: string, source: CopyEnd, destination: CopyEnd) => {
      copied.push(`${experiment} ${name(source)} ${name(destination)}`);
    },
  };
  return { copied, capabilities: { copy } };
}

const options = { workingDirectory: '/work', environment: { HOME: '/home/me' } };

describe('copy-file', () => {
  test('copies from the process, into the working directory under the same name unless told otherwise', async ({
    open,
  }) => {
    const { copied, capabilities } = recorder();
    const app = await open({ capabilities, options });
    openExperiment(app.context, 'rl');
    const copying = app.perform('copy-file');
    const menu = await app.asked('menu');
    expect(menu.items.map(({ label }) => label)).toEqual([
      'from learner to this machine',
      'from this machine to learner',
    ]);
    menu.answer(0);
    (await app.asked('prompt')).answer('/tmp/model.bin');
    const target = await app.asked('prompt');
    expect(target).toMatchObject({ label: 'copy learner:/tmp/model.bin to ', text: 'model.bin' });
    target.answer('model.bin');
    await copying;
    expect(copied).toEqual(['rl learner:/tmp/model.bin /work/model.bin']);
    expect(app.told()).toEqual(['good: Copied /tmp/model.bin to /work/model.bin.']);
  });

  test('copies to the process, and expands the home folder here only', async ({ open }) => {
    const { copied, capabilities } = recorder();
    const app = await open({ capabilities, options });
    openExperiment(app.context, 'rl');
    const copying = app.perform('copy-file');
    (await app.asked('menu')).answer(1);
    (await app.asked('prompt')).answer('~/data');
    (await app.asked('prompt')).answer('~/data');
    await copying;
    expect(copied).toEqual(['rl /home/me/data learner:~/data']);
  });

  test('copies nothing once a question is cancelled', async ({ open }) => {
    const { copied, capabilities } = recorder();
    const app = await open({ capabilities, options });
    openExperiment(app.context, 'rl');
    const copying = app.perform('copy-file');
    (await app.asked('menu')).answer(0);
    (await app.asked('prompt')).answer(undefined);
    await copying;
    expect([copied, app.told()]).toEqual([[], []]);
  });
});
