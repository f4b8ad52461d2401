import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CommandScope, planCommand } from '../../../../src/app/actions/command/plan-command.ts';
import { readCommandLine } from '../../../../src/commands/interface/read-command-line.ts';
import { builtinCommands } from '../../../../src/commands/program/builtin-commands.ts';
import type { CommandDefinition } from '../../../../src/commands/program/command.ts';

const scope: CommandScope = { backend: 'tmux', experiments: ['rl2'] };

/** Copies of the commands, as a program with its own commands has them. */
const copies = builtinCommands.map((command) => ({ ...command }));
const read = (line: string, commands: readonly CommandDefinition[] = copies) => readCommandLine(commands, line);
const plan = async (line: string, on: CommandScope = scope) => planCommand(await read(line), on);

describe('what a command line does on a screen', () => {
  it('acts on the experiment and the backend of the screen', async () => {
    expect(await plan('stop eval')).toEqual({ kind: 'stop', experiment: 'rl2', targets: ['eval'] });
    expect(await plan('restart a b/')).toEqual({ kind: 'restart', experiment: 'rl2', targets: ['a', 'b/'] });
    expect(await plan('d')).toEqual({ kind: 'delete', experiments: ['rl2'], force: false, wait: false, purge: false });
    expect(await plan('exec learner -- ls -l')).toEqual({
      kind: 'run',
      words: ['--backend', 'tmux', '--experiment', 'rl2', 'exec', 'learner', '--', 'ls', '-l'],
      terminal: false,
      experiment: 'rl2',
    });
    expect(await plan('ssh learner')).toMatchObject({ kind: 'run', terminal: true, experiment: 'rl2' });
  });

  it('keeps the experiment that the line names, by an option or by an argument', async () => {
    expect(await plan('stop eval -e rl')).toMatchObject({ experiment: 'rl' });
    expect(await plan('-e rl stop eval')).toMatchObject({ experiment: 'rl' });
    expect(await plan('delete rl --force --purge')).toEqual({
      kind: 'delete',
      experiments: ['rl'],
      force: true,
      wait: false,
      purge: true,
    });
    expect(await plan('process rl')).toMatchObject({ words: ['--backend', 'tmux', 'process', 'rl'], experiment: 'rl' });
    expect(await plan('visit page rl')).toMatchObject({ words: ['--backend', 'tmux', 'visit', 'page', 'rl'] });
  });

  it('refuses an attached launch, which would end with the interface', async () => {
    await expect(plan('launch x.yaml -A')).rejects.toMatchObject({ code: 'usage' });
    await expect(plan('create --attached x.yaml')).rejects.toMatchObject({ code: 'usage' });
  });

  it('passes no experiment to a command that takes none', async () => {
    for (const line of ['ls', 'launch x.yaml', 'config list', 'backends', 'switch-experiment', 'stop --help']) {
      expect(await plan(line)).toMatchObject({ kind: 'run', experiment: undefined });
    }
  });

  it('acts only on an experiment that is shown or named', async () => {
    const none = { backend: 'tmux', experiments: [] };
    const several = { backend: 'tmux', experiments: ['a', 'b'] };
    for (const on of [none, several]) {
      for (const line of ['stop x', 'process', 'exec x -- true', 'logs', 'describe', 'wait', 'visit page']) {
        await expect(plan(line, on)).rejects.toMatchObject({ code: 'usage', hint: expect.stringContaining('-e NAME') });
      }
    }
    await expect(plan('delete', none)).rejects.toMatchObject({ code: 'usage' });
    expect(await plan('delete', several)).toMatchObject({ experiments: ['a', 'b'] });
    await expect(plan('process --backend local')).rejects.toMatchObject({ code: 'usage' });
  });

  it('refuses to delete on a backend that the screen does not show', async () => {
    await expect(plan('stop x -e rl --backend local')).rejects.toMatchObject({
      hint: expect.stringContaining('local'),
    });
    expect(await plan('stop x -e rl --backend tmux')).toMatchObject({ kind: 'stop', experiment: 'rl' });
  });

  it('runs commands that only read, and a program’s own command of the same name', async () => {
    expect(await plan('delete --dry-run')).toMatchObject({ kind: 'run', experiment: 'rl2' });
    const own: CommandDefinition = {
      name: 'stop',
      configure: (command) => command.argument('<target>'),
      run: async () => {},
    };
    expect(planCommand(await read('stop x', [own]), scope)).toMatchObject({ kind: 'run', experiment: 'rl2' });
  });

  it('opens logs with the options of the line', async () => {
    expect(await plan('logs -f')).toMatchObject({ kind: 'logs', experiment: 'rl2', request: { targets: [] } });
    expect(await plan('l a b -n 5 --since 2026-01-31T12:00:00Z -g err --invert -t')).toMatchObject({
      request: {
        targets: ['a', 'b'],
        tail: 5,
        since: new Date('2026-01-31T12:00:00Z'),
        filter: '!err',
        timestamps: true,
      },
    });
    await expect(plan('logs --tail x')).rejects.toMatchObject({ code: 'usage' });
  });

  it('refuses what the command would refuse', async () => {
    await expect(plan('stop')).rejects.toMatchObject({ code: 'usage' });
    await expect(plan('stp x')).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('stp') });
  });

  it('passes exactly one experiment and one backend to the command, for any line and screen', async () => {
    const name = fc.constantFrom('rl', 'rl2', 'sweep-1');
    const backend = fc.constantFrom('local', 'tmux');
    const commands = fc.constantFrom('process', 'describe', 'wait', 'spec', 'exec x -- -e y', 'attach x', 'scp x:a b');
    const option = fc.option(fc.tuple(fc.constantFrom('-e ', '--experiment=', '--experiment '), name));
    await fc.assert(
      fc.asyncProperty(commands, option, fc.boolean(), name, backend, async (command, named, first, shown, on) => {
        const flag = named === null ? '' : named.join('');
        const [head = '', ...rest] = command.split(' -- ');
        const line = [first ? `${flag} ${head}` : `${head} ${flag}`, ...rest].join(' -- ').trim();
        const decided = planCommand(await read(line), { backend: on, experiments: [shown] });
        if (decided.kind !== 'run') throw new Error('It is to be run.');
        const again = await read(decided.words.map((word) => `'${word}'`).join(' '));
        const expected = named?.[1] ?? shown;
        expect([again.experiment, decided.experiment, again.backend]).toEqual([expected, expected, on]);
      }),
    );
  });
});
