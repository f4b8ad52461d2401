import { describe, expect, it } from 'vitest';
import { annotations } from '../../../../src/backends/kube/manifests/labels.ts';
import type { ContainerStatusJson } from '../../../../src/backends/kube/status/pod-json.ts';
import { containerRuns } from '../../../../src/backends/kube/status/pod-runs.ts';
import { began, ended, main, pod, terminated, times } from './support/pods.ts';

describe('the runs that a pod still knows of', () => {
  const last = { lastState: terminated({ exitCode: 1 }) };
  const runs = (status: ContainerStatusJson, metadata = {}) =>
    containerRuns(pod({ metadata, containers: [status] }), 'main');

  it('are the current one and the one before', () => {
    const first = { ...times, exitCode: 1, reason: 'exit code 1' };
    expect(runs(main(terminated({ exitCode: 0 }), { restartCount: 2, ...last }))).toEqual([
      { run: 2, ...first },
      { run: 3, ...times, exitCode: 0 },
    ]);
    expect(runs(main({ running: { startedAt: ended } }, { restartCount: 1, ...last }))).toEqual([
      { run: 1, ...first },
      { run: 2, startedAt: times.finishedAt },
    ]);
    expect(runs(main({ waiting: { reason: 'CrashLoopBackOff' } }, { restartCount: 1, ...last }))).toEqual([
      { run: 2, ...first },
    ]);
    expect(runs(main({ waiting: {} }))).toEqual([]);
  });

  it('say in which step of its preamble a run has ended', () => {
    const message = 'symphony-preamble 2/3\nsource venv/bin/activate\n';
    const reasonOf = (fields: object) =>
      runs(main(terminated({ exitCode: 127, reason: 'Error', ...fields })))[0]?.reason;
    expect(reasonOf({ message })).toBe(
      'its preamble failed: exit code 127: a command was not found; it ended in step 2 of 3: source venv/bin/activate',
    );
    expect(reasonOf({ message: 'symphony-preamble over\n', exitCode: 1 })).toBe('exit code 1');
    expect(reasonOf({ message, exitCode: 137, reason: 'OOMKilled' })).toMatch(/^out of memory/);
  });

  it('go on from those of earlier pods', () => {
    const metadata = { annotations: { [annotations.earlierRuns]: '{"main":2}' } };
    expect(runs(main({ running: { startedAt: began } }), metadata)).toEqual([{ run: 3, startedAt: times.startedAt }]);
  });

  it('have the end that was recorded where the node does not report it', () => {
    const running = main({ running: { startedAt: began } });
    const asked = { [annotations.stopped]: 'wrote nothing for 2s' };
    const recorded = { ...asked, [annotations.ended]: ended };
    expect(runs(running, { annotations: asked })).toEqual([{ run: 1, startedAt: times.startedAt }]);
    expect(runs(running, { annotations: recorded })).toEqual([{ run: 1, ...times, reason: 'wrote nothing for 2s' }]);
    const byUser = { ...recorded, [annotations.stopped]: '' };
    expect(runs(running, { annotations: byUser })).toEqual([{ run: 1, ...times }]);
  });
});
