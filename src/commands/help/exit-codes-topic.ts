import type { HelpBlock } from './help-block.ts';

export function exitCodesTopic(program: string): readonly HelpBlock[] {
  return [
    {
      terms: [
        ['0', 'It succeeded.'],
        ['1', 'It failed or timed out, the backend cannot do it, or a question was answered with no.'],
        ['2', 'The command line or a spec is wrong, a name fits several, or a question could not be asked.'],
        ['3', 'There is no experiment, process, service or setting of that name.'],
        ['4', 'The backend does not work here, or cannot be reached.'],
        ['129, 130, 143', 'It was interrupted: the terminal was closed, by ctrl-c, by SIGTERM.'],
      ],
    },
    {
      text: 'A pipe that its reader closes ends a command with 0.',
    },
    {
      text: `${program} exec and ${program} ssh have the exit code of the command that they run (128 and the number of the signal that ended it), and 125 if they fail themselves.`,
    },
    {
      text: `${program} wait --for done, ${program} launch --wait=done and ${program} launch --attached have the outcome of the experiment: 0 if it succeeded, 1 if it failed.`,
    },
    {
      text: 'With -o json the error is on stderr, as {"error": {"code", "message", "hint"}}.',
    },
  ];
}
