import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { repository, run } from '../../support/bin.ts';
import { test } from '../../support/session.ts';

const program = `
import { Cluster, type ExperimentStatus, type LogLine, parseSpec, SymphonyError } from '@symphony-run/symphony';
import { type ProcessStatus, readSetting } from '@symphony-run/symphony/engine';

interface GridSection {
  readonly queue?: string;
}
declare module '@symphony-run/symphony' {
  interface BackendSections {
    readonly grid?: GridSection;
  }
  interface BackendSettings {
    readonly gridHost: string;
  }
  interface ProcessFacts {
    readonly job?: number;
  }
}
Cluster.register('grid', {
  summary: 'Jobs of a grid',
  section: { schemas: async () => ({ process: { properties: { queue: { type: 'string', description: 'The queue.' } } } }) },
  settings: { gridHost: { schema: { type: 'string' }, default: 'here', description: 'The host', expects: 'a host' } },
  facts: [{ name: 'job', title: 'Job' }],
  check: async () => ({ works: false, detail: 'There is no grid.' }),
  load: async () => {
    throw new SymphonyError('backend-unavailable', 'There is no grid.');
  },
});
const host: string = await readSetting('gridHost');
const gridSpec = parseSpec({ name: 'x', processes: { p: { command: 'x', grid: { queue: 'short' }, kube: { sharedMemory: '1Gi' } } } });
const queue: string | undefined = gridSpec.processes.p?.grid?.queue;
const factsOf = ({ job, pid, pod }: ProcessStatus): readonly (string | number | undefined)[] => [job, pid, pod];

const cluster = await Cluster.new('local');
const experiment = cluster.newExperiment('outside');
const server = experiment.newProcess('server', { command: 'echo serving at $SYMPH_REPLAY_ADDR; sleep 600', ready: 'started' });
server.bind('replay');
const agents = experiment.newProcessGroup('agents');
agents.newProcess('agent', { command: ['sh', '-c', 'echo agent $SYMPH_REPLICA'], replicas: 2 }).connect(['replay']);

const watching = new AbortController();
const states: string[] = [];
const watched = (async () => {
  for await (const event of cluster.watch({ signal: watching.signal })) {
    if (event.type === 'changed') states.push(event.experiment.state);
  }
})();
await cluster.launch(experiment);
await cluster.wait('outside', { for: 'ready', timeout: 20 });
const lines: LogLine[] = [];
for await (const line of cluster.logs('outside', [{ group: 'agents', name: 'agent-1' }], { follow: true })) lines.push(line);
const list: readonly ExperimentStatus[] = await cluster.listExperiments();
const processes: readonly ProcessStatus[] = await cluster.listProcesses('outside');
const again = await cluster.launch(experiment).catch((error: unknown) => (error instanceof SymphonyError ? error.code : 'not ours'));
const { leftovers } = await cluster.delete('outside');
watching.abort();
await watched;
await cluster.close();
console.log(JSON.stringify({
  lines: lines.map(({ text }) => text),
  names: list.map(({ name }) => name),
  processes: processes.map(({ group, name }) => [group, name]),
  again,
  leftovers,
  watched: states.length > 0,
  grid: [host, queue],
  facts: processes.map((status) => factsOf(status).map((fact) => typeof fact)),
}));
`;

const wrongProgram = `
import { Cluster } from '@symphony-run/symphony';
const cluster = await Cluster.new('local');
cluster.newExperiment('typed').newProcess('main', { command: 5 });
cluster.newExperiment('typed', { kube: { tolerationz: 1 } });
`;

test('a TypeScript program elsewhere imports the packed package, with all types', { timeout: 180_000 }, async ({
  session,
}) => {
  const packed = await run(['npm', 'pack', '--ignore-scripts', '--pack-destination', session.folder], {
    cwd: repository,
  });
  expect(packed.exitCode).toBe(0);
  const [tarball] = (await readdir(session.folder)).filter((name) => name.endsWith('.tgz'));
  const folder = join(session.folder, 'elsewhere');
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, '@symphony-run', 'symphony'), { recursive: true });
  const unpacked = await run([
    'tar',
    '-xzf',
    join(session.folder, tarball ?? ''),
    '-C',
    join(modules, '@symphony-run', 'symphony'),
    '--strip-components=1',
  ]);
  expect(unpacked.exitCode).toBe(0);
  // The only dependency, and the types that every TypeScript program for Node.js has.
  for (const name of ['node-pty', '@types/node', 'undici-types']) {
    await mkdir(join(modules, '@types'), { recursive: true });
    await symlink(join(repository, 'node_modules', name), join(modules, name));
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'elsewhere', type: 'module' }));
  const compilerOptions = {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    types: ['node'],
    skipLibCheck: false,
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
  await writeFile(join(folder, 'program.ts'), program);
  const tsc = join(repository, 'node_modules', '.bin', 'tsc');
  const checked = await run([tsc, '--project', folder], { cwd: folder });
  expect(checked).toMatchObject({ exitCode: 0, stdout: '' });

  await writeFile(join(folder, 'wrong.ts'), wrongProgram);
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['wrong.ts'] }));
  const refused = await run([tsc, '--project', folder], { cwd: folder });
  expect(refused.stdout).toMatch(/wrong\.ts.*number/s);
  expect(refused.stdout).toContain("'tolerationz' does not exist");

  const ran = await run([process.execPath, 'program.ts'], { cwd: folder, env: session.env });
  expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(ran.stdout)).toEqual({
    lines: ['agent 1'],
    names: ['outside'],
    processes: [
      [null, 'server'],
      ['agents', 'agent-0'],
      ['agents', 'agent-1'],
    ],
    again: 'conflict',
    leftovers: [],
    watched: true,
    grid: ['here', 'short'],
    facts: [
      ['undefined', 'number', 'undefined'],
      ['undefined', 'undefined', 'undefined'],
      ['undefined', 'undefined', 'undefined'],
    ],
  });
});
