import { describe, expect } from 'vitest';
import { openExperiment } from '../../../../src/app/views/processes/open-experiment.ts';
import type { ServiceStatus } from '../../../../src/engine/contract/status.ts';
import { test } from '../../support/app-test.ts';
import { anExperiment, aProcess, describedExperiment } from '../../support/statuses.ts';

function experimentWith(...services: readonly ServiceStatus[]) {
  const { experiment, processes } = anExperiment('rl', [aProcess('learner')]);
  return { experiment: { ...experiment, services }, processes };
}

function service(name: string, kind: ServiceStatus['kind'] = 'expose'): ServiceStatus {
  return { name, kind, host: '127.0.0.1', port: 6006 };
}

/** A capability that notes what it connects to, and what it closes. */
function recorder() {
  const done: string[] = [];
  const visit = async (experiment: string, name: string) => {
    done.push(`open ${experiment} ${name}`);
    const close = async () => void done.push(`close ${name}`);
    return { url: `http://127.0.0.1/${name}`, host: '127.0.0.1', port: 6006, held: true, close };
  };
  return { done, capabilities: { visit: { visit } } };
}

describe('visit', () => {
  test('opens the only exposed service, and holds the connection while the note is open', async ({ open }) => {
    const { done, capabilities } = recorder();
    const opened: string[] = [];
    const app = await open({
      capabilities,
      experiments: [experimentWith(service('web'), service('api', 'bind'))],
      options: { openBrowser: async (url) => void opened.push(url) },
    });
    const visiting = app.perform('visit');
    const note = await app.asked('note');
    expect(note).toMatchObject({ title: 'Visit web', copies: 'http://127.0.0.1/web' });
    expect(note.lines).toContain('The port-forward stays open until you close this.');
    expect(opened).toEqual(['http://127.0.0.1/web']);
    expect(done).toEqual(['open rl web']);
    note.answer();
    await visiting;
    expect(done).toEqual(['open rl web', 'close web']);
  });

  test('asks which of several, and over ssh shows the tunnel', async ({ open }) => {
    const { done, capabilities } = recorder();
    const app = await open({
      capabilities,
      experiments: [experimentWith(service('web'), service('board'))],
      options: { tunnelCommand: ({ port }) => `ssh -L ${port}` },
    });
    const visiting = app.perform('visit');
    (await app.asked('menu')).answer(1);
    const note = await app.asked('note');
    expect(note.lines).toContain('  ssh -L 6006');
    note.answer();
    await visiting;
    expect(done).toEqual(['open rl board', 'close board']);
  });

  test('says that nothing is exposed', async ({ open }) => {
    const app = await open({ capabilities: recorder().capabilities, experiments: [experimentWith()] });
    openExperiment(app.context, 'rl');
    await app.perform('visit');
    expect(app.told()).toEqual(['error: rl exposes no service. | S shows the services that it binds.']);
  });

  test('in the list of services visits the selected one, also one that is only bound', async ({ open }) => {
    const { done, capabilities } = recorder();
    const snapshot = experimentWith(service('api', 'bind'));
    const app = await open({ capabilities, experiments: [snapshot] });
    app.backend.descriptions.set('rl', describedExperiment(snapshot));
    await app.perform('services');
    expect(app.rows().join('\n')).toMatch(/api +bind/);
    for (const action of ['visit', 'open']) {
      const visiting = app.perform(action);
      (await app.asked('note')).answer();
      await visiting;
    }
    expect(done).toEqual(['open rl api', 'close api', 'open rl api', 'close api']);
  });
});
