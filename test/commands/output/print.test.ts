import { expect, it } from 'vitest';
import { type OutputFormat, print } from '../../../src/commands/output/print.ts';

async function printed(output: OutputFormat, withNames = true): Promise<string> {
  let written = '';
  const write = async (text: string) => {
    written += text;
  };
  const names = withNames ? { names: () => ['a', 'b'] } : {};
  await print({ output, write }, { data: { a: [1] }, ...names, table: (wide) => [wide ? 'wide' : 'narrow'] });
  return written;
}

it('a result is printed in every format, each line ended', async () => {
  expect(await printed('table')).toBe('narrow\n');
  expect(await printed('wide')).toBe('wide\n');
  expect(await printed('name')).toBe('a\nb\n');
  expect(await printed('json')).toBe('{\n  "a": [\n    1\n  ]\n}\n');
  expect(await printed('yaml')).toBe('a:\n  - 1\n');
});

it('names are refused where there are none', async () => {
  await expect(printed('name', false)).rejects.toMatchObject({ code: 'usage' });
});
