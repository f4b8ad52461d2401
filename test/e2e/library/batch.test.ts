import { join } from 'node:path';
import { expect } from 'vitest';
import { repository, run } from '../../support/bin.ts';
import { test } from '../../support/session.ts';

/** Nothing but the end of the block closes its cluster, which has to end the watch. */
const program = `
import { Cluster, parseSpec } from ${JSON.stringify(join(repository, 'dist/index.js'))};
const spec = (name) => parseSpec({ name, processes: { main: { command: 'sleep 600' } } });
let watching;
{
  await using cluster = await Cluster.new('local');
  await cluster.launch(spec('taken'));
  const events = cluster.watch()[Symbol.asyncIterator]();
  await events.next();
  watching = (async () => {
    while (!(await events.next()).done);
  })();
  for (const result of await cluster.launchBatch([spec('first'), spec('taken'), spec('last')]))
    console.log('experiment' in result ? result.experiment.name : result.name + ': ' + result.error.code);
}
await watching;
console.log('closed');
`;

test('a program launches several experiments, of which one fails, and its cluster closes with its block', async ({
  session,
}) => {
  const file = await session.file('program.mjs', program);
  const { stdout, stderr, exitCode } = await run([process.execPath, file], { env: session.env });
  expect(stderr).toBe('');
  expect(stdout).toBe('first\ntaken: conflict\nlast\nclosed\n');
  expect(exitCode).toBe(0);
  const listed = await session.ok(['ls', '-o', 'name']);
  expect(listed.trim().split('\n').sort()).toEqual(['first', 'last', 'taken']);
});
