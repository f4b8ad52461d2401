import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { repository } from '../../support/bin.ts';
import { test } from '../../support/session.ts';

const program = `
import { Cluster } from '${pathToFileURL(join(repository, 'dist', 'index.js'))}';
import { SymphonyParser } from '${pathToFileURL(join(repository, 'dist', 'commands.js'))}';

class MyProject extends SymphonyParser {
  get name() { return 'myproject'; }
  async createCluster() {
    process.stderr.write('cluster\\n');
    return Cluster.new('local');
  }
  setup() {
    super.setup();
    this.addSubcommand(
      'create',
      (command) => command.argument('<name>').argument('[words...]').option('--max-steps <n>', '', Number, 3).option('--no-render'),
      (args) => this.actionCreate(args),
    );
    this.addSubcommand('version', (command) => command, () => { console.log('mine'); return 42; });
  }
  async actionCreate({ name, words, maxSteps, render, positional }) {
    console.log(JSON.stringify({ name, words, maxSteps, render, positional }));
    const experiment = (await this.cluster()).newExperiment(name);
    experiment.newProcess('main', { command: ['sleep', '600'] }).expose('dashboard');
    await this.launch(experiment, { force: true });
  }
}
await new MyProject().main();
`;

test('a user’s program has Symphony’s commands and its own', async ({ session }) => {
  session.bin = [process.execPath, await session.file('myproject.mjs', program)];
  const created = await session.run(['create', 'demo', 'a', 'b', '--max-steps', '5']);
  expect(created).toMatchObject({ exitCode: 0, stderr: 'cluster\n' });
  const [first = '', ...summary] = created.stdout.split('\n');
  expect(JSON.parse(first)).toEqual({
    name: 'demo',
    words: ['a', 'b'],
    maxSteps: 5,
    render: true,
    positional: ['demo', 'a', 'b'],
  });
  expect(summary.join('\n')).toMatch(
    /^Launched demo on local: 1 process\.\n\nService +Kind +Address\ndashboard +expose/,
  );
  expect(await session.ok(['p'])).toMatch(/main +\d +0 +(starting|running)/);
  expect(await session.ok(['se'])).toBe('demo\n');

  const replaced = await session.run(['version']);
  expect(replaced).toMatchObject({ exitCode: 42, stdout: 'mine\n', stderr: '' });
  const help = await session.ok(['--help']);
  expect(help).toMatch(/^Usage: myproject /);
  expect(help).toMatch(/This program:\n {2}create <name> \[words\.\.\.\]/);
  // The program's own command replaces Symphony's alias of the same name.
  expect(help).toMatch(/^ {2}launch \[file\] /m);
  expect((await session.run(['create'])).exitCode).toBe(2);
  expect(await session.ok(['__complete', '--', 'cre'])).toMatch(/^create\t/);
  expect(await session.ok(['completion', 'bash'])).toContain('complete -F _myproject_complete myproject');
  // Hints name its own commands, those that the supervisor sends, too.
  expect((await session.run(['scp', 'a', 'b'])).stderr).toContain('myproject scp learner:model.pt .');
  const spec = await session.file('demo.json', { name: 'demo', processes: { main: { command: 'true' } } });
  expect((await session.run(['launch', spec])).stderr).toContain('delete it with: myproject delete demo');
});

const extending = `
import { Cluster } from '${pathToFileURL(join(repository, 'dist', 'index.js'))}';
import { SymphonyParser } from '${pathToFileURL(join(repository, 'dist', 'commands.js'))}';

class MyProject extends SymphonyParser {
  setup() {
    super.setup();
    this.subcommand('launch').defaults({ wait: 'ready' });
    this.subcommand('l')
      .configure((command) => command.option('--shout', 'in upper case'))
      .defaults({ tail: '1' })
      .wrap(async (args, context, run) => {
        if (!args.shout) return run();
        const { name } = await (await this.cluster()).describeExperiment('demo');
        console.log(name.toUpperCase());
        return 5;
      });
    this.addSubcommand('break', () => {}, () => { throw new Error('plain failure', { cause: new Error('deeper') }); });
    this.subcommand('history list').defaults({ output: 'name' });
  }
}
await new MyProject().main();
`;

test('a user’s program extends Symphony’s commands', async ({ session }) => {
  session.bin = [process.execPath, await session.file('myproject.mjs', extending)];
  await session.launch('demo', {
    processes: { main: { command: 'echo one; echo two; echo ready; exec sleep 600', ready: { log: 'ready' } } },
  });
  // The launch waited, by the program's default.
  expect(await session.ok(['p'])).toMatch(/main +1 +0 +running/);
  expect(await session.ok(['logs'])).toBe('ready\n');
  expect(await session.ok(['log', '-n', '2', 'main'])).toBe('two\nready\n');
  expect(await session.run(['logs', '--shout'])).toMatchObject({ exitCode: 5, stdout: 'DEMO\n', stderr: '' });
  expect(await session.ok(['logs', '--help'])).toMatch(/--shout +in upper case/);
  const broken = await session.run(['break']);
  const [, trace = ''] = /^error: plain failure\nIts stack trace is in (.*)\n$/.exec(broken.stderr) ?? [];
  expect(await readFile(trace, 'utf8')).toMatch(/\nError: plain failure\n {4}at [\s\S]*\nCaused by: Error: deeper\n/);
  const debugged = await session.run(['break'], { env: { SYMPHONY_DEBUG: '1' } });
  expect(debugged).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^error: plain failure\n.*Error: plain failure\n {4}at /),
  });
  await session.delete('demo');
  expect(await session.ok(['history', 'ls'])).toBe('demo.1\n');
});

test('the example creates a run of its own', async ({ session }) => {
  session.bin = [process.execPath, join(repository, 'examples', 'myproject', 'myproject.ts')];
  expect(await session.ok(['create', 'demo', '--agents', '2'])).toContain('Launched demo on local: 5 processes.');
  await session.ok(['wait', 'demo', '--timeout', '30']);
  expect((await session.processes('demo')).map(({ name }) => name)).toEqual([
    'learner',
    'eval',
    'dashboard',
    'agent-0',
    'agent-1',
  ]);
  await session.delete('demo');
});
