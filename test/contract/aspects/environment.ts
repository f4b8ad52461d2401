import { expect } from 'vitest';
import { withoutReferences } from '../../../src/engine/spec/resolve/references.ts';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';
import type { Trial } from '../support/lab.ts';
import { printArrived, printSymphonyVariables } from '../support/programs.ts';

/** Values that a shell, tmux or a template would change on the way to the process. */
const hardValues = [
  '',
  ' ',
  'two\nlines\n',
  'tab\tand\rreturn',
  `'single' "double" \`backtick\``,
  '$HOME $(id) $$ $1 $' + '{HOME}',
  '\\ \\n \\\\ %d %s %% #S #{session_name}',
  'ends in a semicolon;',
  ';',
  '--looks-like=an-option',
  '* ? [a-z] {a,b} ~ !! < > | & ( )',
  'ünïcödé 日本語 🎼 \u202e',
  '\u0001\u001b[31mred\u001b[0m\u007f',
  'long '.repeat(4000),
];

export function describeEnvironment(test: ContractTest, harness: ContractHarness): void {
  const variables = printSymphonyVariables(harness.node);

  async function read(trial: Trial, target: string): Promise<Record<string, string>> {
    return JSON.parse(await trial.line(/^\{/, target));
  }

  test('an argv arrives byte for byte', async ({ lab }) => {
    const trial = await lab.run(printArrived(harness.node, [], hardValues));
    expect(JSON.parse(await trial.line(/^\{/))).toEqual({ argv: hardValues, env: {} });
    expect((await trial.process()).command).toEqual(trial.spec.processes.main?.command);
  });

  test('an environment arrives byte for byte', async ({ lab }) => {
    const named = (values: readonly string[]) =>
      Object.fromEntries(values.map((value, index) => [`HARD_${index}`, value]));
    const env = named(hardValues.map(withoutReferences));
    const trial = await lab.run(printArrived(harness.node, Object.keys(env)), { env });
    expect(JSON.parse(await trial.line(/^\{/))).toEqual({ argv: [], env: named(hardValues) });
  });

  test('a command that is a string runs in a shell, as it stands', async ({ lab }) => {
    const command = `printf '%s|' "$NAME" 'a  b' $((2 + 3)) "$(echo sub)" | tr '|' '\\n'
      echo "second line;" # with a comment`;
    const trial = await lab.run(command, { env: { NAME: 'x; y' } });
    await trial.until('succeeded');
    expect(await trial.texts()).toEqual(['x; y', 'a  b', '5', 'sub', 'second line;']);
  });

  test("Symphony's own variables name the experiment, the group, the process and the launch", async ({ lab }) => {
    const trial = await lab.launch({
      processes: { solo: { command: variables }, many: { command: variables, replicas: 2 } },
      groups: { team: { replicas: 2, processes: { member: { command: variables } } } },
    });
    const solo = await read(trial, 'solo');
    const many = await read(trial, 'many-1');
    const member = await read(trial, 'team-1/member');
    expect(solo).toMatchObject({ SYMPH_EXPERIMENT: trial.name, SYMPH_PROCESS: 'solo' });
    expect(solo.SYMPH_PROCESS_GROUP ?? '').toBe('');
    expect(solo).not.toHaveProperty('SYMPH_REPLICA');
    expect(many).toMatchObject({ SYMPH_PROCESS: 'many-1', SYMPH_REPLICA: '1' });
    expect([solo, many, member].map(({ SYMPH_REPLICAS }) => SYMPH_REPLICAS)).toEqual(['1', '2', '2']);
    expect(member).toMatchObject({ SYMPH_PROCESS_GROUP: 'team-1', SYMPH_PROCESS: 'member', SYMPH_REPLICA: '1' });
    const { launchId } = await lab.cluster.describeExperiment(trial.name);
    expect([solo, many, member].map(({ SYMPH_ID }) => SYMPH_ID)).toEqual([launchId, launchId, launchId]);
  });

  test('every process gets the address of every service, also one that connects to none', async ({ lab }) => {
    const trial = await lab.launch({
      processes: {
        server: { command: variables, bind: { 'replay-server': null, other: null } },
        client: { command: variables, connect: ['replay-server'] },
        stranger: { command: variables },
        page: { command: variables, expose: { web: null } },
      },
    });
    const { services, members } = await lab.cluster.describeExperiment(trial.name);
    const ports = Object.fromEntries(services.map(({ name, port }) => [name, String(port)]));
    expect(Object.keys(ports).sort()).toEqual(['other', 'replay-server', 'web']);
    expect(new Set(Object.values(ports)).size).toBe(3);
    const targets = ['server', 'client', 'stranger', 'page'];
    const all = await Promise.all(targets.map((target) => read(trial, target)));
    for (const env of all) {
      expect(env).toMatchObject({
        SYMPH_REPLAY_SERVER_PORT: ports['replay-server'],
        SYMPH_OTHER_PORT: ports.other,
        SYMPH_WEB_PORT: ports.web,
      });
      expect(env.SYMPH_REPLAY_SERVER_HOST).toMatch(/./);
      expect(env.SYMPH_REPLAY_SERVER_ADDR).toBe(all[1]?.SYMPH_REPLAY_SERVER_ADDR);
      expect(env.SYMPH_REPLAY_SERVER_ADDR).toMatch(new RegExp(`.:${ports['replay-server']}$`));
    }
    expect(all[1]?.SYMPH_REPLAY_SERVER_ADDR).toBe(
      `${all[1]?.SYMPH_REPLAY_SERVER_HOST}:${all[1]?.SYMPH_REPLAY_SERVER_PORT}`,
    );
    const described = targets.map((target) => members.find(({ name }) => name === target)?.env ?? {});
    expect(described.map(symphonyVariables)).toEqual(all);
  });

  test('a process with replicas binds its services once for each', async ({ lab }) => {
    const trial = await lab.launch({
      processes: {
        server: { command: variables, replicas: 3, bind: { replay: null } },
        client: { command: variables, connect: ['replay-2'] },
      },
    });
    const client = await read(trial, 'client');
    expect(
      Object.keys(client)
        .filter((name) => /REPLAY.*_PORT$/.test(name))
        .sort(),
    ).toEqual(['SYMPH_REPLAY_0_PORT', 'SYMPH_REPLAY_1_PORT', 'SYMPH_REPLAY_2_PORT']);
    const server = await trial.process('server-2');
    expect(server.ports).toEqual({ 'replay-2': Number(client.SYMPH_REPLAY_2_PORT) });
  });

  test("the spec's values override inherited ones, and a process's own override the experiment's", async ({ lab }) => {
    const names = ['PATH_LIKE', 'SHARED', 'OWN', 'PYTHONUNBUFFERED'];
    const env = { SHARED: 'experiment', PATH_LIKE: 'experiment' };
    const draft = { env, processes: { plain: { command: printArrived(harness.node, names) } } };
    const fields = { env: { SHARED: 'process', OWN: 'yes', PYTHONUNBUFFERED: '' } };
    const trial = await lab.run(printArrived(harness.node, names), fields, draft);
    expect(JSON.parse(await trial.line(/^\{/)).env).toEqual({
      PATH_LIKE: 'experiment',
      SHARED: 'process',
      OWN: 'yes',
      PYTHONUNBUFFERED: '',
    });
    expect(JSON.parse(await trial.line(/^\{/, 'plain')).env).toEqual({
      PATH_LIKE: 'experiment',
      SHARED: 'experiment',
      PYTHONUNBUFFERED: '1',
    });
    const { members } = await lab.cluster.describeExperiment(trial.name);
    expect(members.find(({ name }) => name === 'main')?.env).toMatchObject({ SHARED: 'process', OWN: 'yes' });
  });

  test('a preamble runs before the command, in the same shell', async ({ lab }) => {
    const preamble = ['export MARK="from the preamble"', `cd ${lab.open.scratch}`, 'umask 077'];
    const trial = await lab.launch({
      preamble: ['OUTER=1; export OUTER'],
      processes: {
        main: { command: 'echo "$MARK $OUTER"; pwd; umask', preamble },
        argv: { command: printArrived(harness.node, ['MARK'], ['a b', '$MARK;']), preamble },
      },
    });
    await trial.done();
    expect(await trial.texts()).toEqual(['from the preamble 1', lab.open.scratch, '0077']);
    expect(JSON.parse(await trial.line(/^\{/, 'argv'))).toEqual({
      argv: ['a b', '$MARK;'],
      env: { MARK: 'from the preamble' },
    });
  });

  test('a process starts in its startDir', async ({ lab }) => {
    const trial = await lab.launch({
      startDir: '/',
      processes: { main: { command: 'pwd', startDir: lab.open.scratch }, root: { command: 'pwd' } },
    });
    await trial.done();
    expect(await trial.texts()).toEqual([lab.open.scratch]);
    expect(await trial.texts('root')).toEqual(['/']);
  });

  test('stdin is empty and not a terminal', async ({ lab }) => {
    const trial = await lab.run('if [ -t 0 ] || [ -t 1 ]; then echo terminal; fi; wc -c; echo end');
    await trial.until('succeeded');
    expect((await trial.texts()).map((text) => text.trim())).toEqual(['0', 'end']);
  });
}

function symphonyVariables(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('SYMPH_')));
}
