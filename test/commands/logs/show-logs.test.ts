import { describe, expect, it } from 'vitest';
import { showLogs } from '../../../src/commands/logs/show-logs.ts';
import type { CommandContext } from '../../../src/commands/program/command.ts';
import type { Cluster } from '../../../src/engine/client/cluster.ts';
import type { LogLine, LogOptions, LogPiece } from '../../../src/engine/contract/logs.ts';

const learner = { group: null, name: 'learner' };
const line = (text: string, kind: LogLine['kind'] = 'line'): LogLine => ({ ...learner, run: 1, kind, text });
const lines = [line('\x1b[31mone\x1b[2J'), line('exit code 1', 'restart'), line('two')];

interface Shown {
  readonly forPeople?: boolean;
  readonly output?: CommandContext['output'];
  readonly filter?: (line: LogLine) => boolean;
  readonly options?: LogOptions;
  /** The bytes of the log, where the backend can give them. */
  readonly bytes?: readonly LogPiece[];
}

async function shown({ forPeople = false, output = 'table', bytes, ...logs }: Shown = {}) {
  const said = { data: '', notes: [] as string[] };
  const terminal = { forPeople, style: (_: unknown, text: string) => text } as CommandContext['terminal'];
  const context = {
    output,
    terminal,
    signal: new AbortController().signal,
    write: async (text: string | Uint8Array) => {
      said.data += typeof text === 'string' ? text : Buffer.from(text).toString('latin1');
    },
    note: (text: string) => void said.notes.push(text),
  };
  const logBytes = bytes && {
    async *logBytes() {
      yield* bytes;
    },
  };
  const cluster = {
    capabilities: logBytes === undefined ? {} : { logBytes },
    async *logBatches() {
      yield lines.slice(0, 2);
      yield lines.slice(2);
    },
  };
  const all = { experiment: 'rl', processes: [learner], all: [learner], options: {} };
  await showLogs(context, cluster as unknown as Cluster, { ...all, ...logs });
  return said;
}

describe('logs', () => {
  it('for people are safe to print, with markers between the lines', async () => {
    expect(await shown({ forPeople: true })).toEqual({
      data: '\x1b[31mone\x1b[0m\n--- exit code 1 ---\ntwo\n',
      notes: [],
    });
  });

  it('for a program are the lines alone; markers go to stderr', async () => {
    expect(await shown()).toEqual({ data: '\x1b[31mone\x1b[2J\ntwo\n', notes: ['--- exit code 1 ---'] });
  });

  it('as JSON are all lines, markers too', async () => {
    const { data, notes } = await shown({ output: 'json' });
    const parsed = data
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(parsed).toEqual(lines);
    expect(notes).toEqual([]);
  });

  it('are filtered', async () => {
    expect((await shown({ filter: ({ text }) => text === 'two' })).data).toBe('two\n');
  });

  it('cannot be YAML or names', async () => {
    for (const output of ['yaml', 'name'] as const)
      await expect(shown({ output })).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('the bytes of a log', () => {
  const bytes = [Buffer.from([0xff, 0x0a]), line('exit code 1', 'restart'), Buffer.from('no newline')];

  it('reach a program unchanged, without a line end of ours', async () => {
    expect(await shown({ bytes })).toEqual({ data: '\xff\nno newline', notes: ['--- exit code 1 ---'] });
  });

  it('are lines where an option needs lines, or people read them', async () => {
    const wanted: readonly Shown[] = [
      { filter: () => true },
      { options: { timestamps: true } },
      { output: 'json' },
      { forPeople: true },
    ];
    for (const options of wanted) expect((await shown({ bytes, ...options })).data).toContain('two');
  });
});
