import { describe, expect, it } from 'vitest';
import { createLineRenderer } from '../../../src/commands/logs/render-line.ts';
import { cutMarker, type LogLine, maximumLineBytes } from '../../../src/engine/contract/logs.ts';

const processes = [
  { group: null, name: 'learner' },
  { group: 'agents', name: 'agent-0' },
];
const line: LogLine = { group: null, name: 'learner', run: 1, kind: 'line', text: '\x1b[31mred\x1b[2J' };
const looks = {
  all: processes,
  timestamps: false,
  style: (name: unknown, text: string) => `<${String(name)}>${text}</>`,
};

describe('log lines', () => {
  it('are unchanged for programs, and safe to print for people', () => {
    const only = processes.slice(0, 1);
    expect(createLineRenderer({ ...looks, processes: only, forPeople: false })(line)).toBe(line.text);
    expect(createLineRenderer({ ...looks, processes: only, forPeople: true })(line)).toBe('\x1b[31mred\x1b[0m');
  });

  it('are prefixed with their process where there are several, each always in the same colour', () => {
    const render = createLineRenderer({ ...looks, processes, forPeople: true });
    expect(render({ ...line, text: 'a' })).toBe('<cyan>learner        |</> a');
    expect(render({ ...line, group: 'agents', name: 'agent-0', text: 'b' })).toBe('<yellow>agents/agent-0 |</> b');
    const alone = createLineRenderer({ ...looks, processes: [...processes].reverse(), forPeople: true });
    expect(alone({ ...line, group: 'agents', name: 'agent-0', text: 'b' })).toBe('<yellow>agents/agent-0 |</> b');
  });

  it('have markers between runs, and times', () => {
    const render = createLineRenderer({ ...looks, processes: [], forPeople: true, timestamps: true });
    expect(render({ ...line, kind: 'restart', text: 'exit code 1', time: '2026-01-31T12:00:00Z' })).toBe(
      '<dim>2026-01-31T12:00:00Z</> <dim>--- exit code 1 ---</>',
    );
  });

  it('are cut only on a terminal', () => {
    const long = { ...line, text: 'x'.repeat(maximumLineBytes + 1) };
    const render = (forPeople: boolean) => createLineRenderer({ ...looks, processes: [], forPeople })(long);
    expect(render(false)).toBe(long.text);
    expect(render(true)).toBe(`${'x'.repeat(maximumLineBytes)}${cutMarker}`);
  });
});
