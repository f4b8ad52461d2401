import { expect, it } from 'vitest';
import { completeCommand } from '../../../../src/app/actions/command/complete-command.ts';
import { expectWord } from '../../../../src/commands/interface/expect-word.ts';
import { builtinCommands } from '../../../../src/commands/program/builtin-commands.ts';
import { createProgram } from '../../../../src/commands/program/create-program.ts';
import { anExperiment, aProcess } from '../../support/statuses.ts';

const program = createProgram({ name: 'symphony', version: '', commands: builtinCommands, runCommand: async () => {} });
const experiments = [
  anExperiment('rl', [aProcess('learner'), aProcess('agent-0', { group: 'agents' })]),
  anExperiment('big', [aProcess('counter')]),
];
const state = {
  model: new Map(experiments.map((snapshot) => [snapshot.experiment.name, snapshot])),
  backends: [{ name: 'local', summary: '', check: undefined }],
};
const complete = (text: string, shown: string | undefined = 'big') =>
  completeCommand(state, text, expectWord(program, text), shown);

it.each<[string, string[]]>([
  ['', []],
  ['resta', ['restart']],
  ['restart c', ['restart counter']],
  ['restart l', []],
  ['restart -e rl l', ['restart -e rl learner']],
  ['restart agents', []],
  ['delete b', ['delete big']],
  ['describe rl l', ['describe rl learner']],
  ['logs --prev', ['logs --previous']],
  ['ls --backend lo', ['ls --backend local']],
  ['scp c', ['scp counter:']],
  ['bi', ['big']],
])('completes %j to %j, where the screen shows big', (text, lines) => {
  expect(complete(text)).toEqual(lines);
});

it('offers full names before aliases', () => {
  const lines = complete('l');
  expect(lines.indexOf('logs')).toBeLessThan(lines.indexOf('lse'));
  expect(lines.indexOf('logs')).toBe(0);
});
