import { expect, test } from 'vitest';
import { parsePanes } from '../../../../src/backends/tmux/server/panes.ts';

test('panes are parsed from the list of tmux, foreign ones with empty marks', () => {
  expect(parsePanes('$0 @1 4 %2 tag:id id:main rl\n$1 @3 0 %5   my own\n')).toEqual([
    {
      session: '$0',
      window: '@1',
      index: 4,
      pane: '%2',
      sessionMark: 'tag:id',
      processMark: 'id:main',
      sessionName: 'rl',
    },
    { session: '$1', window: '@3', index: 0, pane: '%5', sessionMark: '', processMark: '', sessionName: 'my own' },
  ]);
});
