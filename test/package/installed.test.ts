import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { repository, run } from '../support/bin.ts';
import { installed as folder, installedBin, nodeOf } from './support/installed.ts';
import { nodeVersions } from './support/versions.ts';

const manifest = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as {
  name: string;
  exports: Record<string, unknown>;
};
const entries = Object.keys(manifest.exports).map((path) => manifest.name + path.slice(1));
const modules = entries.filter((entry) => !entry.endsWith('.json'));

/** Uses each entry by import and require, launches an experiment, and ends with an error that nothing catches. */
const program = `
import { createRequire } from 'node:module';
import { Cluster, parseSpec } from '${manifest.name}';

const require = createRequire(import.meta.url);
const empty = [];
for (const entry of ${JSON.stringify(modules)}) {
  const imported = await import(entry);
  if (Object.keys(imported).length === 0 || require(entry) !== imported) empty.push(entry);
}
const { $schema } = require('${manifest.name}/spec.schema.json');
const cluster = await Cluster.new('local');
const experiment = cluster.newExperiment('outside');
experiment.newProcess('main', { command: 'echo from outside' });
await cluster.launch(experiment);
await cluster.wait('outside', { for: 'done' });
const lines = [];
for await (const { text } of cluster.logs('outside', await cluster.listProcesses('outside'))) lines.push(text);
await cluster.delete('outside');
await cluster.close();
console.log(JSON.stringify({ node: process.versions.node, empty, schema: typeof $schema, lines }));
parseSpec({ name: 'Wrong Name', processes: {} });
`;

let home = '';

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'symphony-home-'));
  await writeFile(join(folder, 'program.js'), program);
});

afterAll(() => rm(home, { recursive: true, force: true }));

it.each(nodeVersions)(
  'runs on Node %s: each entry, an experiment, and an uncaught error with its own stack',
  async (version) => {
    const ran = await run([nodeOf(version), '--enable-source-maps', 'program.js'], {
      cwd: folder,
      env: { SYMPHONY_HOME: home },
    });
    const [line = ''] = ran.stdout.split('\n');
    expect(line, ran.stderr).not.toBe('');
    expect(JSON.parse(line)).toEqual({
      node: expect.stringMatching(new RegExp(`^${version.replaceAll('.', '\\.')}(\\.|$)`)),
      empty: [],
      schema: 'string',
      lines: ['from outside'],
    });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain('Wrong Name');
    expect(ran.stderr).toMatch(/at parseSpec \(.*src\/engine\/spec\/parse-spec\.ts:\d+:\d+\)/);
    expect(ran.stderr).toMatch(/at .*program\.js:\d+/);
    expect(ran.stderr.length).toBeLessThan(4000);
  },
);

it.each(nodeVersions)(
  'has a program that runs on Node %s, and refuses a terminal without node-pty',
  async (version) => {
    const symphony = (...argv: string[]) =>
      run([nodeOf(version), installedBin, ...argv], { cwd: folder, env: { SYMPHONY_HOME: home } });
    const spec = { name: 'terminal', processes: { editor: { command: 'true', tty: true } } };
    await writeFile(join(folder, 'terminal.json'), JSON.stringify(spec));
    const refused = await symphony('launch', 'terminal.json', '--backend', 'local');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/processes\.editor\.tty: the optional package node-pty.*is not installed/);
    const plain = { name: 'plain', processes: { main: { command: 'true' } } };
    await writeFile(join(folder, 'plain.json'), JSON.stringify(plain));
    expect(await symphony('launch', 'plain.json', '--wait=done', '--backend', 'local')).toMatchObject({ exitCode: 0 });
    expect(await symphony('delete', 'plain', '--force', '--backend', 'local')).toMatchObject({ exitCode: 0 });
  },
);

it('keeps its backends in the bundle of a program that imports none of them', async () => {
  const spec = { name: 'bundled', processes: { main: { command: 'true', kube: { sharedMemory: '1Gi' } } } };
  const source = `import { parseSpec } from '${manifest.name}'; console.log(parseSpec(${JSON.stringify(spec)}).name);`;
  await writeFile(join(folder, 'to-bundle.js'), source);
  await using bundle = await rolldown({ cwd: folder, input: 'to-bundle.js', platform: 'node', external: ['node-pty'] });
  await bundle.write({ format: 'esm', dir: join(folder, 'bundle') });
  const ran = await run([process.execPath, join('bundle', 'to-bundle.js')], { cwd: folder });
  expect(ran).toEqual({ exitCode: 0, signal: null, stderr: '', stdout: 'bundled\n' });
});
