import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, describe, expect } from 'vitest';
import { waitFor } from '../../../support/wait-for.ts';
import { logLine } from '../../support/log-lines.ts';
import { MemoryBackend } from '../../support/memory-backend.ts';
import { renderApp } from '../../support/render-app.ts';
import { anExperiment, aProcess, now } from '../../support/statuses.ts';

const agents = Array.from({ length: 60 }, (_, index) =>
  aProcess(`agent-${index}`, {
    group: 'agents',
    ...(index === 7 ? { state: 'failed', ready: false, exitCode: 3 } : {}),
  }),
);

const test = base
  .extend(
    'backend',
    () => new MemoryBackend([anExperiment('rl', [aProcess('learner'), ...agents]), anExperiment('sweep', [])]),
  )
  .extend('app', async ({ backend }, { onCleanup }) => {
    const app = await renderApp(backend);
    onCleanup(() => app.end());
    await app.sees(/rl .*▲ degraded +60\/61/);
    return app;
  });

describe('the interface', () => {
  test('renders a frame of exactly the terminal’s height', ({ app }) => {
    const { size } = app.context.store.getState();
    const rows = app.screen().split('\n');
    expect(rows).toHaveLength(size.rows);
    for (const row of rows) expect(row.length).toBeLessThanOrEqual(size.columns);
  });

  test('renders only the visible rows of a long list, and follows the cursor', async ({ app }) => {
    await app.type('/rl\r\r');
    await app.sees(/agent-0 /);
    expect(app.screen()).not.toMatch(/agent-59/);
    await app.type('G');
    await app.sees(/agent-59/);
    expect(app.screen()).not.toMatch(/agent-0 /);
  });

  test('jumps to the process that failed, and says why on the status line', async ({ app }) => {
    await app.type('/rl\r\rf');
    await app.sees(/agents\/agent-7: exit code 3/);
  });

  test('applies changes as they arrive', async ({ app, backend }) => {
    const { experiment } = anExperiment('rl', []);
    await app.type('/rl\r\r');
    await app.sees(/learner .*● running/);
    backend.tell({
      type: 'changed',
      experiment,
      processes: [aProcess('learner', { state: 'backoff', ready: false, exitCode: 9 })],
    });
    await app.sees(/learner .*↻ backoff .*exit code 9/);
  });

  test('keeps the last state while the backend does not answer, and says since when', async ({ app, backend }) => {
    backend.tell({ type: 'stale', since: new Date().toISOString(), reason: 'No answer.' });
    await app.sees(/stale since \d\d:\d\d:\d\d: No answer\./);
    await app.sees(/rl .*▲ degraded/);
    backend.tell({ type: 'fresh' });
    await app.sees(/2 experiments/);
  });

  test('asks before it deletes; enter means no, y means yes', async ({ app, backend }) => {
    await app.type('/sweep\r\x04');
    await app.sees(/Delete experiment sweep\?/);
    await app.type('\r');
    await waitFor(() => !app.screen().includes('Delete experiment'));
    expect(backend.deleted).toEqual([]);
    await app.type('\x04');
    await app.sees(/Delete experiment sweep\?/);
    await app.type('y');
    await app.sees(/Deleted sweep\./);
    expect(backend.deleted).toEqual(['sweep']);
  });

  test('names the place of a backend and of an experiment, and what a deletion leaves', async ({ onTestFinished }) => {
    const { experiment, processes } = anExperiment('rl', [aProcess('learner')]);
    const backend = new MemoryBackend(
      [{ experiment: { ...experiment, place: 'namespace team-a' }, processes }],
      'context prod',
    );
    backend.others = ['claim data'];
    const app = await renderApp(backend);
    onTestFinished(() => app.end());
    await app.sees(/memory \(context prod\) › experiments/);
    await app.sees(/PLACE[\s\S]*rl +namespace team-a/);
    await app.type('\x04');
    await app.sees(/rl \(namespace team-a\): 1 running process ends/);
    await app.sees(/On memory \(context prod\)\./);
    await app.sees(/Not created by Symphony, kept:[\s\S]*claim data/);
    await app.type('n\r');
    await app.sees(/memory \(context prod\) › rl \(namespace team-a\)/);
  });

  test('says what a backend cannot do, instead of doing nothing', async ({ app }) => {
    await app.type('/rl\r\r');
    await app.sees(/learner/);
    await app.type('s');
    await app.sees(/The memory backend opens no shells\./);
  });

  test('completes and runs commands, and a paste is typed on one line', async ({ app }) => {
    await app.type(':desc');
    await app.sees(/:describe/);
    await app.type('\t');
    await app.type('\x1b[200~ a\nb\x1b[201~');
    await app.sees(/:describe a b/);
    await app.type('\r');
    await app.sees(/ran --backend memory describe a b/);
  });

  test('shows logs, highlights matches, and copies what is on the screen', async ({ app, backend }) => {
    backend.logLines = ['one', 'two errors', 'three'].map((text) => ({
      group: null,
      name: 'learner',
      run: 1,
      kind: 'line',
      text,
    }));
    await app.type('/rl\r\r');
    await app.sees(/learner/);
    await app.type('l');
    await app.sees(/two errors\nthree/);
    await app.sees(/■ ended .*3 lines/);
    await app.type('/err\r');
    await app.sees(/\/err 1 of 1/);
    await app.type('y');
    await waitFor(() => app.written.length === 1);
    const [, text = ''] = /c;(.*)\x07/.exec(app.written[0] ?? '') ?? [];
    expect(Buffer.from(text, 'base64').toString()).toBe('one\ntwo errors\nthree');
  });

  test('finds and counts processes that wait for a restart', async ({ onTestFinished }) => {
    const ended = new Date().toISOString();
    const app = await renderApp(
      new MemoryBackend([
        anExperiment('rl', [
          aProcess('fine'),
          aProcess('job', { state: 'succeeded', ready: false, exitCode: 0, finishedAt: ended }),
          aProcess('flapper', { state: 'backoff', ready: false, exitCode: 1, finishedAt: ended }),
        ]),
      ]),
    );
    onTestFinished(() => app.end());
    await app.sees(/rl .*▲ degraded/);
    await app.type('\r');
    await app.sees(/1\/3 ready {2}✓ 1 {2}↻ 1/);
    await app.type('f');
    await app.sees(/flapper: exit code 1/);
    await app.type('o');
    await app.sees(/NAME↑/);
    await app.type('/');
    await app.sees(/⏎ ok {2}esc cancel/);
    await app.type('job\r');
    await app.sees(/\/job 1 of 3/);
    await app.type('/');
    await app.sees(/^ \/ /m);
    await app.type('(fi\r');
    await app.sees(/Nothing matches the filter/);
    await app.type('\x1b');
    await app.sees(/flapper/);
  });

  test('the log of a process that has ended says how, and a pattern that is no expression says so', async ({
    onTestFinished,
  }) => {
    const backend = new MemoryBackend([
      anExperiment('rl', [
        aProcess('main', { state: 'failed', ready: false, exitCode: 3, finishedAt: new Date(now).toISOString() }),
      ]),
    ]);
    backend.logLines = [logLine('before (the end')];
    const app = await renderApp(backend);
    onTestFinished(() => app.end());
    await app.sees(/rl .*✗ failed/);
    await app.type('l');
    await app.sees(/^before \(the end\n── exit code 3 at \d\d:\d\d:\d\d ──$/m);
    await app.type('/(the\r');
    await app.sees(/\/\(the \(as text\) 1 of 1/);
    await app.type('p');
    await app.sees(/main has no previous run\./);
  });

  test('says what of a log is not loaded, and saves all of it', async ({ app, backend, onTestFinished }) => {
    const folder = await mkdtemp(join(tmpdir(), 'symphony-app-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    backend.logLines = Array.from({ length: 20_001 }, (_, index) => logLine(`line ${index + 1}`, 'learner'));
    await app.type('/rl\r\r');
    await app.sees(/learner/);
    await app.type('l');
    await app.sees(/last 5,000 of 20,001 lines/);
    await app.type('g');
    await app.sees(/↑ 15,001 earlier lines are not loaded\nline 15002/);
    await app.type('/line 12345$\r');
    await app.sees(/Nothing matches in the last 5,000 lines\./);
    await app.type('\x1b');
    await app.type('&line 12345$\r');
    await app.sees(/No line matches in the last 5,000 lines\./);
    await app.sees(/0 of the last 5,000 of 20,001 lines/);
    await app.type(`\x13\x15${folder}/some.log\r`);
    await app.sees(/Saved 1 of 20,001 lines to/);
    expect(await readFile(join(folder, 'some.log'), 'utf8')).toBe('line 12345\n');
    await app.type('\x1b');
    await app.sees(/[^e] last 5,000 of 20,001 lines/);
    await app.type(`\x13\x15${folder}/missing/all.log\r`);
    await app.sees(/save as: .*missing\/all\.log/);
    await app.type(`\x15${folder}/all.log\r`);
    await app.sees(/Saved 20,001 lines to/);
    expect((await readFile(join(folder, 'all.log'), 'utf8')).split('\n')).toHaveLength(20_002);
    await app.type('Y');
    await app.sees(/Copied the last [\d,]+ of 20,001 lines; the clipboard holds no more\./);
  });

  test('leaves with q', async ({ app }) => {
    await app.type('q');
    await waitFor(() => app.exits.length === 1);
    expect(app.exits).toEqual([0]);
  });
});
