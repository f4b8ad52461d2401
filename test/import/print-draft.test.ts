import { expect, it } from 'vitest';
import { printDraft } from '../../src/import/print-draft.ts';

it('prints notes before the fields that they are about, and inside the process that they are about', () => {
  const text = printDraft(
    {
      data: { name: 'x', env: { A: '1' }, processes: { a: { command: ['b', 'c d'], tty: true } } },
      notes: [
        { path: ['env'], text: 'of all', isLost: false },
        { path: ['processes', 'a'], text: 'of a', isLost: false },
        { path: ['processes', 'a', 'tty'], text: 'two\nlines \u001b[31m', isLost: false },
        { path: ['processes', 'a', 'gone'], text: 'of a field that is gone', isLost: true },
        { path: ['nothing'], text: 'of the whole', isLost: true },
      ],
      leftOut: [{ name: 'off', reason: 'disabled', fields: { command: 'y' } }],
    },
    'heading',
  );
  expect(text).toBe(`# heading
# of the whole
name: x
# of all
env:
  A: "1"
processes:
  a:
    # of a
    # of a field that is gone
    command: [b, c d]
    # two lines \ufffd[31m
    tty: true
#  Not started there (disabled); a process of this declaration would be:
#  off:
#    command: y
`);
});
