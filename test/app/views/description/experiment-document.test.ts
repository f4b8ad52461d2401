import { describe, expect, it } from 'vitest';
import { withoutColours } from '../../../../src/app/shell/text/sanitize.ts';
import { themes } from '../../../../src/app/shell/theme/themes.ts';
import { experimentDocument } from '../../../../src/app/views/description/experiment-document.ts';
import { anExperiment, aProcess, describedExperiment, now } from '../../support/statuses.ts';

const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();

const described = describedExperiment(
  anExperiment('rl', [
    aProcess('learner', { startedAt: ago(120), command: ['python', 'learn.py', 'a b'] }),
    aProcess('agent', { group: 'agents', state: 'failed', ready: false, exitCode: 3, finishedAt: ago(5) }),
  ]),
  {
    notes: ['memory is not enforced here\x1b[2J'],
    services: [{ name: 'api', kind: 'bind', host: '127.0.0.1', port: 7000 }],
  },
);

describe('the details of an experiment', () => {
  it('have its state, facts, notes, services and processes', () => {
    const [learner, agent] = described.members;
    if (learner === undefined || agent === undefined) throw new Error('There are no members.');
    const members = [
      { ...learner, bind: ['api'] },
      { ...agent, connect: ['api'] },
    ];
    const text = experimentDocument({ ...described, members }, [], now, themes.none)
      .map(withoutColours)
      .join('\n');
    expect(text).toMatch(/▲ degraded/);
    expect(text).toMatch(/age +1\.0m/);
    expect(text).toMatch(/processes +1 of 2 ready, 1 failed/);
    expect(text).toMatch(/▲ memory is not enforced here$/m);
    expect(text).toMatch(/api +127\.0\.0\.1:7000 +bind learner, used by agents\/agent/);
    expect(text).toMatch(/learner +● running +2\.0m +python learn\.py 'a b'/);
    expect(text).toMatch(/agents\/agent +✗ failed +5s +exit code 3/);
    expect(text).not.toMatch(/Events/);
  });

  it('have the events of the cluster, with their count, if there are any', () => {
    const event = {
      id: '1',
      time: ago(30),
      kind: 'warning',
      process: { group: null, name: 'learner' },
      reason: 'BackOff',
      message: 'pulling\x07 failed',
      count: 4,
    } as const;
    const text = experimentDocument(described, [event], now, themes.none).map(withoutColours).join('\n');
    expect(text).toMatch(/Events\n +30s ago +learner BackOff pulling failed \(4 times\)/);
  });

  it('say that there are no services', () => {
    const text = experimentDocument({ ...described, services: [] }, [], now, themes.none)
      .map(withoutColours)
      .join('\n');
    expect(text).toMatch(/Services\n +None\./);
  });
});
