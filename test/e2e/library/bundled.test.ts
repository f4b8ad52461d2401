import { cp, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'rolldown';
import { expect } from 'vitest';
import { repository, run } from '../../support/bin.ts';
import { test } from '../../support/session.ts';

const program = `
import { Cluster } from '@symphony-run/symphony';
const cluster = await Cluster.new('local');
const experiment = cluster.newExperiment('bundled');
experiment.newProcess('main', { command: 'true' });
try {
  await cluster.launch(experiment);
  await cluster.wait(experiment, { for: 'done', timeout: 60 });
  await cluster.delete(experiment);
  console.log('done');
} catch ({ name, message, hint }) {
  console.log(name, message, hint);
}
await cluster.close();
`;

test('a program that is bundled with the library says what it lacks, and runs with it', { timeout: 300_000 }, async ({
  session,
}) => {
  const source = await session.file('source/program.mjs', program);
  const output = join(session.folder, 'bundle');
  await cp(
    join(repository, 'package.json'),
    join(session.folder, 'source/node_modules/@symphony-run/symphony/package.json'),
    {
      recursive: true,
    },
  );
  await symlink(join(repository, 'dist'), join(session.folder, 'source/node_modules/@symphony-run/symphony/dist'));
  await build({
    input: source,
    cwd: session.folder,
    platform: 'node',
    external: ['node-pty', 'commander'],
    logLevel: 'silent',
    output: { dir: output, format: 'esm', entryFileNames: 'program.mjs' },
  });
  const start = () => run([process.execPath, join(output, 'program.mjs')], { env: session.env });
  const refused = await start();
  expect(refused.stdout).toMatch(
    /^SymphonyError .*not installed as a whole: (supervisor\.js|keeper\.sh) is missing\. .*bundle/,
  );

  const dist = join(repository, 'dist');
  const files = (await readdir(dist)).filter((name) =>
    /^(supervisor|terminal-holder|kube-supervisor)\.js$|^keeper\.sh$/.test(name),
  );
  for (const file of files) await cp(join(dist, file), join(output, file));
  expect(await start()).toMatchObject({ stdout: 'done\n', exitCode: 0 });
});
