import { describe, expect, it } from 'vitest';
import { type Column, formatTable, formatWrappedTable } from '../../../src/commands/output/table.ts';

describe('a table', () => {
  it('aligns wide characters by their width, and joins line breaks in foreign text', async () => {
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

  it('colours cells without counting the colours, and aligns numbers at the right', async () => {
    const style = (name: unknown, text: string) => `<${String(name)}>${text}</>`;
    const columns: Column<{ count: string }>[] = [
      { title: 'Count', cell: ({ count }) => count, align: 'right' },
      { title: 'State', cell: () => 'failed', style: () => 'red' },
    ];
    expect(await formatTable(columns, [{ count: '7' }], style)).toEqual([
      '<bold>Count</>  <bold>State</>',
      '    7  <red>failed</>',
    ]);
  });

  it('leaves an optional column out where it says nothing', async () => {
    const columns = [
      { title: 'Pid', cell: ({ pid }: { pid: string }) => pid, optional: true },
      { title: 'Name', cell: () => 'a' },
    ];
    expect(await formatTable(columns, [{ pid: '-' }, { pid: '' }])).toEqual(['Name', 'a', 'a']);
    expect(await formatTable(columns, [{ pid: '-' }, { pid: '4' }])).toEqual(['Pid  Name', '-    a', '4    a']);
  });
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
