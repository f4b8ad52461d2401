import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { repository, run } from '../../support/bin.ts';
import { test } from '../../support/session.ts';

const begin = `
import { Cluster } from ${JSON.stringify(pathToFileURL(join(repository, 'dist/index.js')).href)};
const cluster = await Cluster.new('local');
const experiment = cluster.newExperiment('lasting');
experiment.newProcess('main', { command: 'sleep 600' });
await cluster.launch(experiment);
`;

test('a program that does not close its cluster ends', async ({ session }) => {
  const file = await session.file(
    'unclosed.mjs',
    `${begin} console.log((await cluster.listProcesses('lasting')).length);`,
  );
  expect(await run([process.execPath, file], { env: session.env })).toMatchObject({ exitCode: 0, stdout: '1\n' });
});

test('closing a cluster interrupts what waits', async ({ session }) => {
  const text = `${begin}
const waiting = cluster.wait(experiment, { for: 'done' }).catch(({ code }) => console.log(code));
await cluster.wait(experiment, { for: 'ready' });
await cluster.close();
await waiting;`;
  const file = await session.file('closing.mjs', text);
  expect(await run([process.execPath, file], { env: session.env })).toMatchObject({
    exitCode: 0,
    stdout: 'interrupted\n',
  });
});
