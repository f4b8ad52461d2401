import { describe, expect } from 'vitest';
import { openExperiment } from '../../../../src/app/views/processes/open-experiment.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { type OpenedApp, test } from '../../support/app-test.ts';
import { logLine } from '../../support/log-lines.ts';

/** Opens a log of 100 lines on a screen with room for ten. */
async function openLog(app: OpenedApp): Promise<void> {
  app.store.setState({ size: { columns: 80, rows: 14 } });
  app.backend.logLines = Array.from({ length: 100 }, (_, index) => logLine(`line ${index}`, 'learner'));
  openExperiment(app.context, 'rl');
  await app.perform('logs');
  await waitFor(() => app.rows().includes('line 99'));
}

describe('a log', () => {
  test('follows the end, pauses where the user scrolls, and follows again at the end', async ({ open }) => {
    const app = await open();
    await openLog(app);
    expect(app.view()).toMatchObject({ anchor: undefined });
    await app.perform('up');
    expect(app.rows()[0]).toBe('line 89');
    await app.perform('top');
    expect(app.rows()[0]).toBe('line 0');
    await app.perform('page-down');
    expect(app.rows()[0]).toBe('line 9');
    await app.perform('bottom');
    expect(app.view()).toMatchObject({ anchor: undefined });
    await app.perform('follow');
    expect(app.view()).toMatchObject({ anchor: { row: 0 } });
    await app.perform('follow');
    expect(app.view()).toMatchObject({ anchor: undefined });
  });

  test('scrolls to the newest match first, and then around', async ({ open }) => {
    const app = await open();
    await openLog(app);
    const searching = app.perform('search');
    (await app.asked('prompt')).answer('line [15]0$');
    await searching;
    const at = () => {
      const view = app.view();
      return app.context.views.kindOf(view).status(app.store.getState(), view).right;
    };
    expect(at()).toMatch(/2 of 2/);
    expect(app.rows()).toContain('line 50');
    await app.perform('previous-match');
    expect(app.rows()).toContain('line 10');
    await app.perform('previous-match');
    expect(at()).toMatch(/2 of 2/);
    await app.perform('next-match');
    expect(at()).toMatch(/1 of 2/);
  });

  test('scrolls sideways only while lines are cut', async ({ open }) => {
    const app = await open();
    await openLog(app);
    await app.perform('right');
    expect(app.view()).toMatchObject({ left: 0, wrap: true });
    await app.perform('wrap');
    await app.perform('right');
    await app.perform('right');
    await app.perform('left');
    expect(app.view()).toMatchObject({ left: 8, wrap: false });
    await app.perform('timestamps');
    expect(app.view()).toMatchObject({ timestamps: true });
  });
});
