import { describe, expect, it } from 'vitest';
import { experimentColumns } from '../../../src/commands/output/experiment-table.ts';
import { formatPlace } from '../../../src/commands/output/places.ts';
import { formatCommand, processColumns } from '../../../src/commands/output/process-table.ts';
import { formatAddress } from '../../../src/commands/output/service-table.ts';
import { formatTable, formatWrappedTable } from '../../../src/commands/output/table.ts';
import { exitCodeOf, shellExitCode } from '../../../src/commands/program/exit-code.ts';
import { formatError } from '../../../src/commands/program/report-error.ts';
import { wantsColor } from '../../../src/commands/shared/terminal.ts';
import { SymphonyError } from '../../../src/engine/contract/errors.ts';
import type { ExperimentStatus, ProcessStatus } from '../../../src/engine/contract/status.ts';

const now = Date.parse('2026-01-31T12:00:00Z');
const plain = { noteStyle: (_: unknown, text: string) => text };

const learner: ProcessStatus = {
  experiment: 'rl',
  group: null,
  name: 'learner',
  state: 'running',
  ready: true,
  restarts: 2,
  startedAt: '2026-01-31T11:56:30Z',
  ports: { replay: 7000, dashboard: 7001 },
  pid: 4711,
  cpu: 0.5,
  memory: 1024 * 1024 * 1.5,
  command: ['python', 'learner.py', '--name', "it's"],
};
const agent: ProcessStatus = {
  experiment: 'rl',
  group: 'agents',
  name: 'agent-0',
  state: 'failed',
  ready: false,
  restarts: 0,
  exitCode: 3,
  ports: {},
  command: 'exit 3',
};
const experiment: ExperimentStatus = {
  name: 'rl',
  backend: 'local',
  state: 'degraded',
  createdAt: '2026-01-31T11:00:00Z',
  processes: { total: 2, ready: 1, running: 1, failed: 1, succeeded: 0 },
  services: [{ name: 'dashboard', kind: 'expose', host: '127.0.0.1', port: 7001, url: 'http://127.0.0.1:7001/' }],
};

describe('tables', () => {
  it('show processes', async () => {
    expect(await formatTable(processColumns(false, now), [learner, agent])).toEqual([
      'Group   Name     Ready  Restarts  State',
      '-       learner      1         2  running: 3.5m',
      'agents  agent-0      0         0  failed: exit code 3',
    ]);
  });

  it('show more of processes in wide output, without empty columns', async () => {
    const [header, first, second] = await formatTable(processColumns(true, now), [learner, agent]);
    expect(header).toMatch(/CPU +Memory +Ports +Pid +Command$/);
    expect(first).toMatch(/0\.50 +1\.5 MiB +replay=7000 dashboard=7001 +4711 +python learner\.py --name 'it'\\''s'$/);
    expect(second).toMatch(/- +- +- +- +exit 3$/);
  });

  it('show experiments, and which is current', async () => {
    const looks = { now, current: 'rl' };
    expect(await formatTable(experimentColumns(false, looks), [experiment])).toEqual([
      '   Name  State     Ready  Failed   Age',
      '*  rl    degraded    1/2       1  1.0h',
    ]);
    const placed = { ...experiment, place: 'namespace team-a' };
    expect(await formatTable(experimentColumns(false, looks), [placed])).toEqual([
      '   Name  Place             State     Ready  Failed   Age',
      '*  rl    namespace team-a  degraded    1/2       1  1.0h',
    ]);
    const [, wide] = await formatTable(experimentColumns(true, looks), [experiment]);
    expect(wide).toContain('dashboard=http://127.0.0.1:7001/');
  });

  it('show the place of an experiment where there are several places', () => {
    expect(formatPlace({ place: undefined }, {})).toBe('');
    expect(formatPlace({ place: 'context prod' })).toBe(' in context prod');
    expect(formatPlace({ place: 'context prod' }, { place: 'namespace a' })).toBe(' in namespace a (context prod)');
  });

  it('align wide characters by their width, and escape line breaks in foreign text', async () => {
    const columns = [
      { title: 'A', cell: (row: readonly string[]) => row[0] ?? '' },
      { title: 'B', cell: (row: readonly string[]) => row[1] ?? '' },
    ];
    const rows = [
      ['漢字', 'x'],
      ['abcd', 'two\nlines\x1b[2J'],
    ];
    expect(await formatTable(columns, rows)).toEqual(['A     B', '漢字  x', 'abcd  two lines']);
  });

  it('colour cells without counting the colours', async () => {
    const style = (name: unknown, text: string) => `<${String(name)}>${text}</>`;
    const [header, row] = await formatTable(processColumns(false, now).slice(3), [agent], style);
    expect(header).toBe('<bold>Restarts</>  <bold>State</>');
    expect(row).toBe('       0  <red>failed: exit code 3</>');
  });

  it('print commands as typed in a shell, and addresses as visited in a browser', () => {
    expect(formatCommand(['a', '--b=c', '', 'd e'])).toBe("a --b=c '' 'd e'");
    expect(formatAddress({ host: '::1', port: 80 })).toBe('[::1]:80');
  });
});

describe('errors', () => {
  it('have exit codes', () => {
    const codes = ['usage', 'invalid-spec', 'cannot-ask', 'ambiguous', 'not-found', 'backend-unavailable'] as const;
    expect(codes.map(exitCodeOf)).toEqual([2, 2, 2, 2, 3, 4]);
    expect((['failed', 'timeout', 'conflict', 'unsupported', 'interrupted'] as const).map(exitCodeOf)).toEqual([
      1, 1, 1, 1, 130,
    ]);
    expect(shellExitCode({ exitCode: 7 })).toBe(7);
    expect(shellExitCode({ exitCode: 0, signal: 'SIGKILL' })).toBe(137);
  });

  it('are text for people and JSON for programs', () => {
    const error = new SymphonyError('not-found', 'There is no experiment "x\x1b[2J".', { hint: 'Did you mean y?' });
    expect(formatError(error, { json: false }, plain)).toBe('error: There is no experiment "x".\nDid you mean y?\n');
    expect(JSON.parse(formatError(error, { json: true }, plain))).toEqual({
      error: { code: 'not-found', message: error.message, hint: 'Did you mean y?' },
    });
  });
});

describe('colours', () => {
  const wishes = { never: false, setting: 'auto', env: { TERM: 'xterm' } } as const;
  it.for([
    ['on a terminal', true, wishes, true],
    ['not in a pipe', false, wishes, false],
    ['not with --no-color', true, { ...wishes, never: true }, false],
    ['not with NO_COLOR', true, { ...wishes, env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, false],
    ['with an empty NO_COLOR', true, { ...wishes, env: { NO_COLOR: '' } }, true],
    ['with FORCE_COLOR', false, { ...wishes, env: { FORCE_COLOR: '1' } }, true],
    ['not with FORCE_COLOR=0', true, { ...wishes, env: { FORCE_COLOR: '0' } }, false],
    ['where the setting says always', false, { ...wishes, setting: 'always' }, true],
    ['not where it says never', true, { ...wishes, setting: 'never' }, false],
    ['not on a dumb terminal', true, { ...wishes, env: { TERM: 'dumb' } }, false],
  ] as const)('%s', ([, isTerminal, given, expected]) => expect(wantsColor(isTerminal, given)).toBe(expected));
});

describe('a table with free text at its end', () => {
  const rows = [
    { name: 'kube', text: 'as admin, who may do all that is needed of them' },
    { name: '日本', text: 'short' },
  ];
  const columns = [
    { title: 'Name', cell: ({ name }: { name: string }) => name },
    { title: 'Detail', cell: ({ text }: { text: string }) => text },
  ];
  const table = (width: number | undefined) => formatWrappedTable(columns, rows, (_, text) => text, width);

  it('goes on below itself where the terminal is narrow', async () => {
    expect(await table(40)).toEqual([
      'Name  Detail',
      'kube  as admin, who may do all that is',
      '      needed of them',
      '日本  short',
    ]);
  });

  it('stays on one line where there is no terminal, and keeps room for words on a tiny one', async () => {
    expect(await table(undefined)).toHaveLength(3);
    expect((await table(5)).every((line) => line.length <= 36)).toBe(true);
  });
});
