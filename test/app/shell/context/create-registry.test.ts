import { describe, expect, it, test } from 'vitest';
import { actions } from '../../../../src/app/actions/actions.ts';
import type { ViewRegistry } from '../../../../src/app/shell/context/context.ts';
import { createRegistry, offeredActions } from '../../../../src/app/shell/context/create-registry.ts';
import { renderFooter } from '../../../../src/app/shell/frame/render-footer.ts';
import { renderHeader } from '../../../../src/app/shell/frame/render-header.ts';
import { handleKey } from '../../../../src/app/shell/input/handle-key.ts';
import { listKind } from '../../../../src/app/shell/list-view/list-kind.ts';
import { emptyList } from '../../../../src/app/shell/lists/list-state.ts';
import type { ListView } from '../../../../src/app/shell/store/view.ts';
import { pushView } from '../../../../src/app/shell/store/view-updates.ts';
import { withoutColours } from '../../../../src/app/shell/text/sanitize.ts';
import { views } from '../../../../src/app/views/registry.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { openHeadless } from '../../support/headless-app.ts';
import { MemoryBackend } from '../../support/memory-backend.ts';

interface NumbersView extends ListView {
  readonly kind: 'numbers';
  readonly experiment: string;
}

const numbers = ['one', 'two', 'three'];

/** A view that the program does not have. All that it takes is this object, and a line in a registry. */
const numbersKind = listKind<NumbersView, string, undefined>({
  kind: 'numbers',
  title: 'Numbers',
  contexts: ['numbers', 'on-experiment'],
  path: () => ['numbers'],
  rows: () => ({ rows: numbers, ids: numbers, shown: numbers.length, total: numbers.length }),
  columns: () => [{ id: 'name', title: 'NUMBER', width: 10, priority: 1, cell: (text) => ({ text }) }],
  context: () => undefined,
  empty: () => 'There are no numbers.',
  targets: (_state, { experiment }) => ({ selections: [{ experiment, processes: [] }] }),
  open: ({ notify }, _view, row) => notify.good(`Opened ${row}.`),
  actions: { double: ({ notify }) => notify.good('Doubled.') },
  offers: {
    numbers: ({ store }) => pushView<NumbersView>(store, { kind: 'numbers', experiment: 'rl', list: emptyList }),
  },
  bindings: [
    { action: 'numbers', keys: ['#'], contexts: ['everywhere'], label: 'numbers', help: 'Numbers' },
    { action: 'double', keys: ['D'], contexts: ['numbers'], label: 'double', help: 'Double it', footer: 3 },
  ],
});

const registry: ViewRegistry = createRegistry([...views.kinds, numbersKind], () => views.home());

test('another kind of view needs nothing but its place in the registry', async ({ onTestFinished }) => {
  const parts = { views: registry, actions: { ...offeredActions(registry), ...actions } };
  const app = await openHeadless(new MemoryBackend([]), {}, {}, parts);
  onTestFinished(() => app.end());
  handleKey(app.context, '#');
  await waitFor(() => app.view().kind === 'numbers');
  const kind = registry.kindOf(app.view());
  expect(withoutColours(renderHeader(app.store.getState(), kind)[0] ?? '')).toMatch(/memory › numbers/);
  expect(withoutColours(renderFooter(app.store.getState(), kind))).toMatch(/enter open .*D double/);
  expect(app.rows().map((row) => row.trim())).toEqual(['NUMBER', 'one', 'two', 'three']);
  for (const key of ['j', 'enter', 'D']) handleKey(app.context, key);
  await waitFor(() => app.told().length === 2);
  expect(app.told()).toEqual(['good: Opened two.', 'good: Doubled.']);
  handleKey(app.context, '?');
  await waitFor(() => app.view().kind === 'help');
  expect(app.rows().join('\n')).toMatch(/Numbers[\s\S]*D +double +Double it/);
  handleKey(app.context, 'esc');
  handleKey(app.context, 'esc');
  await waitFor(() => app.view().kind === 'experiments');
});

describe('the registry', () => {
  it('has a kind for every view, and refuses unknown ones', () => {
    for (const kind of views.kinds) expect(views.kindOf({ kind: kind.kind })).toBe(kind);
    expect(views.kindOf(views.home()).kind).toBe('experiments');
    expect(() => views.kindOf({ kind: 'nothing' })).toThrow('There is no kind of view nothing.');
  });
});
