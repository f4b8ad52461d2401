import { describe, expect, it } from 'vitest';
import { actions } from '../../../src/app/actions/actions.ts';
import { sectionsOf } from '../../../src/app/shell/context/create-registry.ts';
import { isIn } from '../../../src/app/shell/keys/dispatch.ts';
import { bindKeys } from '../../../src/app/shell/start/bind-keys.ts';
import { openExperiment } from '../../../src/app/views/processes/open-experiment.ts';
import { views } from '../../../src/app/views/registry.ts';
import { test } from '../support/app-test.ts';

const { bindings } = bindKeys(views, {});

it.each(views.kinds.map((kind) => [kind.kind, kind] as const))('every key of %s does something', (_name, kind) => {
  const valid = bindings.filter((binding) => sectionsOf(kind).some((section) => isIn(section, binding)));
  const missing = valid.filter(({ action }) => kind.actions[action] === undefined && actions[action] === undefined);
  expect(missing).toEqual([]);
});

it('no kind of view offers an action that another one offers, or that belongs to no kind', () => {
  const offered = views.kinds.flatMap(({ offers }) => Object.keys(offers));
  expect(new Set(offered).size).toBe(offered.length);
});

describe('actions that need a capability', () => {
  const needing = bindings.filter(({ needs }) => needs !== undefined);

  test.for(needing)('$action is refused on a backend without it', async ({ action, needs }, { open }) => {
    const app = await open();
    openExperiment(app.context, 'rl');
    await app.perform(action);
    const lacks = { events: 'keeps no events', shell: 'opens no shells' }[needs as string] ?? `cannot ${needs}`;
    expect(app.told()).toEqual([`error: The memory backend ${lacks}.`]);
  });
});

test('leaves, redraws and suspends through the terminal', async ({ open }) => {
  const done: string[] = [];
  const terminal = {
    redraw: async () => void done.push('redraw'),
    stopJob: async () => void done.push('suspend'),
    exit: (code: number) => void done.push(`exit ${code}`),
  };
  const app = await open({ terminal });
  for (const action of ['redraw', 'suspend', 'quit']) await app.perform(action);
  expect(done).toEqual(['redraw', 'suspend', 'exit 0']);
});
