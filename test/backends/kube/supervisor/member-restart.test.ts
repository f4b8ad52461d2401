import { describe, expect, it } from 'vitest';
import { annotations } from '../../../../src/backends/kube/manifests/labels.ts';
import {
  endCheck,
  memberRestart,
  podEnd,
  wasStoppedMeanwhile,
} from '../../../../src/backends/kube/supervisor/member-restart.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';

const start = Date.parse('2026-01-01T10:00:00Z');
const time = (seconds: number) => new Date(start + seconds * 1000).toISOString();

interface Draft {
  readonly phase?: string;
  readonly reason?: string;
  readonly exitCode?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
  readonly restartPolicy?: string;
}

/** A pod whose container ran for five seconds, or still runs. */
function pod({
  phase = 'Failed',
  reason,
  exitCode,
  annotations = {},
  deletionTimestamp,
  restartPolicy = 'Never',
}: Draft) {
  const state =
    exitCode === undefined
      ? { running: { startedAt: time(0) } }
      : { terminated: { exitCode, startedAt: time(0), finishedAt: time(5) } };
  return {
    metadata: { name: 'main', uid: 'u', annotations, ...(deletionTimestamp && { deletionTimestamp }) },
    spec: { restartPolicy, containers: [{ name: 'main' }] },
    status: { phase, ...(reason && { reason }), containerStatuses: [{ name: 'main', restartCount: 0, state }] },
  };
}

function processes(fields: object) {
  const spec = parseSpec({ name: 'x', processes: { main: { command: 'x', ...fields } } }, { baseDir: '/' });
  return resolveExperiment(spec).processes;
}

const own = { [annotations.restartedBy]: 'supervisor' };
const limited = processes({ restart: 'on-failure', maxRestarts: 2 });

describe('the pod after one that has ended', () => {
  it('follows the end of a process that the supervisor restarts, as its policy says', () => {
    const next = memberRestart(limited, pod({ exitCode: 3, annotations: own }), [], start + 10_000);
    expect(next).toEqual({ kind: 'restart', at: start + 6_000, delaySeconds: 1, restartsInARow: 1 });
    expect(memberRestart(limited, pod({ exitCode: 0, phase: 'Succeeded', annotations: own }), [], start)).toEqual({
      kind: 'none',
    });
  });

  it('does not follow once the restarts are used up, which the pod itself tells', () => {
    const used = { ...own, [annotations.restartsInARow]: '2' };
    expect(memberRestart(limited, pod({ exitCode: 3, annotations: used }), [], start)).toEqual({
      kind: 'exhausted',
      restarts: 2,
    });
  });

  it('does not follow a pod that its node restarts, or that was asked to end', () => {
    const always = processes({ restart: 'always' });
    expect(memberRestart(always, pod({ exitCode: 3, restartPolicy: 'Always' }), [], start)).toEqual({ kind: 'none' });
    const stopped = { ...own, [annotations.stopped]: '' };
    expect(memberRestart(limited, pod({ exitCode: 143, annotations: stopped }), [], start)).toEqual({ kind: 'none' });
  });

  it('follows a run that was ended as failed', () => {
    const late = { ...own, [annotations.stopped]: 'ran longer than 5s', [annotations.stoppedAs]: 'failed' };
    expect(memberRestart(limited, pod({ exitCode: 143, annotations: late }), [], start)).toMatchObject({
      kind: 'restart',
    });
  });

  it('follows a pod that was evicted, for each policy but never', () => {
    const evicted = pod({ exitCode: 137, reason: 'Evicted' });
    for (const restart of ['on-failure', 'always']) {
      expect(memberRestart(processes({ restart }), evicted, [], start)).toMatchObject({ kind: 'restart' });
    }
    expect(memberRestart(processes({}), evicted, [], start)).toEqual({ kind: 'none' });
  });

  it('follows a pod on a node that does not confirm its end, once that is overdue', () => {
    const silent = pod({ phase: 'Running', deletionTimestamp: time(10) });
    const always = processes({ restart: 'always' });
    expect(podEnd(silent, start + 20_000)).toBe('running');
    expect(memberRestart(always, silent, [], start + 20_000)).toEqual({ kind: 'none' });
    expect(podEnd(silent, start + 41_000)).toBe('abandoned');
    expect(memberRestart(always, silent, [], start + 41_000)).toMatchObject({ kind: 'restart', restartsInARow: 1 });
    expect(memberRestart(processes({}), silent, [], start + 41_000)).toEqual({ kind: 'none' });
  });

  it('is looked for until the end is overdue, and not again and again for as long as the pod stays', () => {
    const silent = pod({ phase: 'Running', deletionTimestamp: time(10) });
    for (const seconds of [0, 20, 39.999, 40]) {
      expect(podEnd(silent, start + seconds * 1000)).toBe('running');
      expect(endCheck(silent, start + seconds * 1000)).toBe(start + 40_000);
    }
    expect(podEnd(silent, start + 40_001)).toBe('abandoned');
    expect(endCheck(silent, start + 40_001)).toBeUndefined();
    expect(endCheck(pod({ phase: 'Running' }), start)).toBeUndefined();
  });
});

describe('a stop of a process while its next pod is created', () => {
  const older = (given: Readonly<Record<string, string>>) => ({ metadata: { name: 'main', annotations: given } });
  const byPolicy = { metadata: { name: 'main.r1', annotations: { [annotations.restartsInARow]: '1' } } };

  it('applies to that pod', () => {
    expect(wasStoppedMeanwhile(older({ [annotations.stopped]: '' }), byPolicy)).toBe(true);
    expect(wasStoppedMeanwhile(older({}), byPolicy)).toBe(false);
  });

  it('is none if a command restarted the process, or the run was ended as failed', () => {
    const byCommand = { metadata: { name: 'main.r1', annotations: {} } };
    expect(wasStoppedMeanwhile(older({ [annotations.stopped]: '' }), byCommand)).toBe(false);
    const counts = (stoppedAs: string) => ({ [annotations.stopped]: 'x', [annotations.stoppedAs]: stoppedAs });
    expect(wasStoppedMeanwhile(older(counts('failed')), byPolicy)).toBe(false);
    expect(wasStoppedMeanwhile(older(counts('restarted')), byPolicy)).toBe(false);
  });
});
