import type { CommandDefinition } from '../program/command.ts';
import { listHistory } from './list.ts';
import { showPastLogs } from './logs.ts';
import { pruneHistory } from './prune.ts';
import { restorePast } from './restore.ts';
import { showPast } from './show.ts';

export const history: CommandDefinition = {
  name: 'history',
  group: 'Experiments',
  configure: (command) =>
    command.description('list experiments that were deleted or replaced; show, restore and remove them'),
  commands: [
    {
      name: 'list',
      aliases: ['ls'],
      configure: (command) => command.description('list experiments that were deleted or replaced, oldest first'),
      run: listHistory,
    },
    showPast,
    showPastLogs,
    restorePast,
    pruneHistory,
  ],
  run: listHistory,
};
