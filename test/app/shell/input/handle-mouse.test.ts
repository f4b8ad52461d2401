import { expect } from 'vitest';
import { createMouseHandler } from '../../../../src/app/shell/input/handle-mouse.ts';
import { headerHeight } from '../../../../src/app/shell/store/layout.ts';
import { openExperiment } from '../../../../src/app/views/processes/open-experiment.ts';
import { type OpenedApp, test } from '../../support/app-test.ts';

function withMouse(app: OpenedApp) {
  app.store.setState({ mouse: true });
  const handle = createMouseHandler(app.context);
  return {
    /** Presses the row of a list; -1 is the row of its titles. */
    press: (row: number, x = 4) => handle({ kind: 'press', x, y: headerHeight + 1 + row }),
    wheelDown: () => handle({ kind: 'wheel-down', x: 0, y: 0 }),
  };
}

test('a click selects a row, and a second one opens it', async ({ open }) => {
  const app = await open();
  const { press } = withMouse(app);
  press(1);
  expect(app.view().list?.cursor).toBe('other');
  press(1);
  await expect.poll(() => app.view()).toMatchObject({ kind: 'processes', experiment: 'other' });
});

test('a click on a title sorts, and reverses', async ({ open }) => {
  const app = await open();
  const { press } = withMouse(app);
  press(-1);
  expect(app.view().list?.sort).toEqual({ column: 'name', descending: false });
  press(-1);
  expect(app.view().list?.sort).toEqual({ column: 'name', descending: true });
});

test('the wheel scrolls lists, texts and logs, unless a dialog is open or the mouse is the terminal’s', async ({
  open,
}) => {
  const app = await open();
  app.store.setState({ size: { columns: 80, rows: 10 } });
  const { wheelDown } = withMouse(app);
  await app.perform('help');
  wheelDown();
  expect(app.view().scroll?.top).toBe(3);
  const confirming = app.context.ask.confirm({ title: 'Sure?', lines: [], verb: 'do' });
  wheelDown();
  expect(app.view().scroll?.top).toBe(3);
  (await app.asked('confirm')).answer(false);
  await confirming;
  app.store.setState({ mouse: false });
  wheelDown();
  expect(app.view().scroll?.top).toBe(3);
});

test('a click below the last row, and in a text, does nothing', async ({ open }) => {
  const app = await open();
  const { press } = withMouse(app);
  openExperiment(app.context, 'other');
  press(5);
  press(5);
  expect(app.view().kind).toBe('processes');
  await app.perform('help');
  press(1);
  press(1);
  expect(app.view().kind).toBe('help');
});
