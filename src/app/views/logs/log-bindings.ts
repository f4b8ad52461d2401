import type { Binding } from '../../shell/keys/binding.ts';

/** Keys that only logs have. */
export const logBindings: readonly Binding[] = [
  { action: 'follow', keys: ['f'], contexts: ['logs'], label: 'follow', help: 'Follow the end, or pause', footer: 1 },
  {
    action: 'filter-lines',
    keys: ['&'],
    contexts: ['logs'],
    label: 'filter',
    help: 'Show only lines that match a regular expression; !expression shows those that do not',
    footer: 3,
  },
  {
    action: 'timestamps',
    keys: ['t'],
    contexts: ['logs'],
    label: 'times',
    help: 'Show when each line was written',
    footer: 5,
  },
  {
    action: 'time-range',
    keys: ['T'],
    contexts: ['logs'],
    label: 'range',
    help: 'Show only the lines of a time range: 5m, 14:00, 14:00-14:30',
    footer: 6,
  },
];
