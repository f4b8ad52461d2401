import { chmod } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../support/bin.ts';
import { allBlocks, type Block, placeOf } from '../../support/documents/blocks.ts';
import { typedLines } from '../../support/documents/shell-lines.ts';
import { type Session, test } from '../../support/session.ts';

const blocks = allBlocks.filter(({ document }) => document === 'docs/migration.md');
const files = blocks.filter(({ file }) => file !== undefined);
const results = blocks.filter(({ text }) => text.startsWith('# From '));
const commands = blocks.filter(({ language }) => language === 'sh');

/** A stand-in for the programs of the page: it listens where its arguments say, and ends if it migrates something. */
const python = `#!${process.execPath}
const { createServer } = require('node:net');
const { writeFileSync } = require('node:fs');
const [file, ...args] = process.argv.slice(2);
console.log(file, args.join(' '), process.env.LOG_LEVEL ?? '');
if (file === 'api.py') writeFileSync('api.ready', '');
const port = Number(args[args.indexOf('--port') + 1]);
if (args.includes('--port')) createServer().listen(port, '127.0.0.1');
else if (file !== 'migrate.py') setInterval(() => {}, 1000);
`;

/** The folder of the page's reader, with its files. */
async function reader(session: Session): Promise<{ cwd: string; env: Record<string, string> }> {
  for (const { file = '', text } of files) await session.file(`shop/${file}`, text);
  await chmod(await session.file('bin/python', python), 0o755);
  await chmod(await session.file('bin/symphony', `#!/bin/sh\nexec '${session.bin.join("' '")}' "$@"\n`), 0o755);
  const cwd = join(session.folder, 'shop');
  const path = [join(session.folder, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter);
  return { cwd, env: { ...session.env, PATH: path } };
}

const fileOf = ({ text }: Block) => /^# From (\S+),/.exec(text)?.[1] ?? '';

test('the page has a result for each of its files', () => {
  expect(files.map(({ file }) => file)).toEqual(['Procfile', 'compose.yaml', 'process-compose.yaml']);
  expect(results.map(fileOf)).toEqual(files.map(({ file }) => file));
  expect(files.length + results.length + commands.length).toBe(blocks.length);
});

test.for(results)('what line $line shows is what the import prints', async (block, { session }) => {
  const place = await reader(session);
  expect(await session.ok(['import', fileOf(block)], place)).toBe(block.text);
});

test.for(commands)('the commands of line $line', async (block, { session }) => {
  const { cwd, env } = await reader(session);
  await session.file('shop/tasks.yaml', files.at(-1)?.text ?? '');
  for (const { command } of typedLines(block)) {
    const { exitCode, stderr } = await run(['sh', '-c', command], { cwd, env });
    expect(exitCode, `${placeOf(block)}: ${command}\n${stderr}`).toBe(0);
  }
});

test('an imported Procfile runs', async ({ session }) => {
  const place = await reader(session);
  await session.ok(['import', 'Procfile', '-o', 'symphony.yaml'], place);
  await session.ok(['launch', 'symphony.yaml', '--wait'], place);
  await session.until('shop', 'web', ({ ready }) => ready);
  expect(await session.logs('shop', 'web')).toEqual(['web.py --port 5000 ']);
  expect(await session.logs('shop', 'worker')).toEqual(['worker.py --queue default ']);
});

test('an imported process-compose file runs, in its order', async ({ session }) => {
  const place = await reader(session);
  await session.ok(['import', 'process-compose.yaml', '-o', 'symphony.yaml'], place);
  await session.ok(['launch', 'symphony.yaml', '--wait'], place);
  await session.until('shop', 'migrate', 'succeeded');
  await session.until('shop', 'worker-1', ({ ready }) => ready);
  expect(await session.logs('shop', 'worker-1')).toEqual(['worker.py --number 1 info']);
});
