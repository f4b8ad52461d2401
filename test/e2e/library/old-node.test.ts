import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { repository, run } from '../../support/bin.ts';

const { exports: entries } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as {
  exports: Readonly<Record<string, string | { readonly default: string }>>;
};
const files = Object.values(entries).flatMap((target) => (typeof target === 'string' ? [] : [target.default]));
/** A Node.js 20 for what asks. What it lacks is removed, so that only what is evaluated before the check could miss it. */
const aged = `
  Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } });
  delete Map.groupBy;
  delete Promise.withResolvers;`;

test.each(files)('%s says on an old Node.js which one it needs', async (file) => {
  const url = pathToFileURL(join(repository, file)).href;
  const program = `import(${JSON.stringify(url)}).catch(({ name, code, message, hint }) =>
    console.log(JSON.stringify({ name, code, message, hint })))`;
  const { stdout } = await run([
    process.execPath,
    '--import',
    `data:text/javascript,${encodeURIComponent(aged)}`,
    '-e',
    program,
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'SymphonyError',
    code: 'unsupported',
    message: 'Symphony needs Node.js 22.19 or newer; this is 20.19.0.',
    hint: expect.stringContaining('nodejs.org'),
  });
});
