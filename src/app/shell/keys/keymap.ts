import type { Binding, KeyContext, KeySection } from './binding.ts';

const lists: readonly KeyContext[] = ['list'];
const scrolled: readonly KeyContext[] = ['list', 'text', 'logs'];
const onExperiment: readonly KeyContext[] = ['on-experiment'];
const onProcess: readonly KeyContext[] = ['on-process'];

export const listSection: KeySection = { title: 'In any list', contexts: ['list'] };
export const textSection: KeySection = { title: 'Text', contexts: ['text'] };
export const everywhereSection: KeySection = { title: 'Everywhere', contexts: ['everywhere'] };

/** The keys of actions on what a view shows or has chosen. */
const actionBindings: readonly Binding[] = [
  { action: 'open', keys: ['enter'], contexts: lists, label: 'open', help: 'Open the selected row', footer: 1 },
  {
    action: 'logs',
    keys: ['l'],
    contexts: onExperiment,
    label: 'logs',
    help: 'Logs of what is selected: a process, a group, an experiment, or all that are marked',
    footer: 2,
  },
  {
    action: 'logs-all',
    keys: ['L'],
    contexts: onProcess,
    label: 'all logs',
    help: 'Logs of every process of the experiment, merged',
  },
  {
    action: 'logs-previous',
    keys: ['p'],
    contexts: [...onProcess, 'logs'],
    label: 'previous run',
    help: 'Logs of the previous run; again: of the current run',
  },
  {
    action: 'describe',
    keys: ['d'],
    contexts: [...onExperiment, 'logs'],
    label: 'describe',
    help: 'Show all details',
    footer: 3,
  },
  {
    action: 'shell',
    keys: ['s'],
    contexts: onProcess,
    label: 'shell',
    help: 'A shell with the process’s environment, in its folder',
    footer: 8,
    needs: 'shell',
  },
  {
    action: 'attach',
    keys: ['a'],
    contexts: onProcess,
    label: 'attach',
    help: 'Enter the process’s own terminal',
    needs: 'attach',
  },
  {
    action: 'exec',
    keys: ['x'],
    contexts: onProcess,
    label: 'exec',
    help: 'Run one command beside the process and show its output',
    needs: 'exec',
  },
  {
    action: 'copy-file',
    keys: ['c'],
    contexts: onProcess,
    label: 'copy file',
    help: 'Copy a file from the process or to it',
    needs: 'copy',
  },
  {
    action: 'visit',
    keys: ['v'],
    contexts: onExperiment,
    label: 'visit',
    help: 'Open an exposed service in the browser, or show its address',
    footer: 9,
    needs: 'visit',
  },
  {
    action: 'restart',
    keys: ['r'],
    contexts: ['experiments', ...onProcess],
    label: 'restart',
    help: 'Restart what is selected or marked; asks first',
    footer: 4,
    needs: 'restart',
  },
  {
    action: 'scale',
    keys: ['+'],
    contexts: onProcess,
    label: 'scale',
    help: 'Run more or fewer replicas; asks how many',
    needs: 'scale',
  },
  {
    action: 'stop',
    keys: ['ctrl-k'],
    contexts: onProcess,
    label: 'stop',
    help: 'Stop the selected or marked processes; asks first',
    footer: 5,
    needs: 'stop',
  },
  {
    action: 'delete',
    keys: ['ctrl-d'],
    contexts: ['experiments'],
    label: 'delete',
    help: 'Delete the selected or marked experiments, with all processes and what the history does not keep; asks first',
    footer: 5,
  },
  {
    action: 'delete',
    keys: ['ctrl-d'],
    contexts: [...onProcess, 'services'],
    label: 'delete',
    help: 'Refused here: experiments are deleted in the list of experiments',
  },
  {
    action: 'services',
    keys: ['S'],
    contexts: ['experiments', ...onProcess],
    label: 'services',
    help: 'Services, their addresses, and the processes that bind, expose and use them',
  },
  {
    action: 'spec',
    keys: ['y'],
    contexts: onExperiment,
    label: 'spec',
    help: 'The spec that the experiment was launched with, as YAML',
  },
  {
    action: 'launch',
    keys: ['n'],
    contexts: ['experiments', 'files'],
    label: 'launch',
    help: 'Pick an experiment file of this folder, see its plan, launch it',
    footer: 6,
  },
  {
    action: 'switch-experiment',
    keys: ['e'],
    contexts: ['experiments', 'processes'],
    label: 'current',
    help: 'Make an experiment the current one, which commands use when they name none',
  },
  {
    action: 'next-failed',
    keys: ['f'],
    contexts: ['experiments', 'processes'],
    label: 'next failed',
    help: 'Jump to the next one that failed',
  },
  {
    action: 'mark',
    keys: ['space'],
    contexts: ['marks'],
    label: 'mark',
    help: 'Mark or unmark; actions then apply to all marked rows',
    footer: 7,
  },
  {
    action: 'mark-all',
    keys: ['*'],
    contexts: ['marks'],
    label: 'mark all',
    help: 'Mark all shown rows',
  },
  { action: 'clear-marks', keys: ['u'], contexts: ['marks'], label: 'unmark', help: 'Unmark all' },
  {
    action: 'filter',
    keys: ['/'],
    contexts: lists,
    label: 'filter',
    help: 'Filter as you type, fuzzy; !word shows what does not match',
    footer: 10,
  },
  { action: 'sort', keys: ['o'], contexts: lists, label: 'sort', help: 'Sort by the next column' },
  { action: 'reverse', keys: ['O'], contexts: lists, label: 'reverse', help: 'Reverse the order' },
];

/** The keys of moving and reading. */
const readingBindings: readonly Binding[] = [
  {
    action: 'search',
    keys: ['/'],
    contexts: ['logs', 'text', 'process'],
    label: 'search',
    help: 'Search, a regular expression',
    footer: 2,
  },
  { action: 'next-match', keys: ['n'], contexts: ['logs', 'text'], label: 'next', help: 'The next match' },
  { action: 'previous-match', keys: ['N'], contexts: ['logs', 'text'], label: 'previous', help: 'The match before' },
  {
    action: 'wrap',
    keys: ['w'],
    contexts: ['logs', 'text'],
    label: 'wrap',
    help: 'Wrap long lines, or cut them',
    footer: 4,
  },
  {
    action: 'copy-screen',
    keys: ['y'],
    contexts: ['logs', 'text'],
    label: 'copy',
    help: 'Copy what is on the screen',
    footer: 7,
  },
  {
    action: 'copy-all',
    keys: ['Y'],
    contexts: ['logs', 'text'],
    label: 'copy all',
    help: 'Copy everything, including what is not loaded',
  },
  {
    action: 'save',
    keys: ['ctrl-s'],
    contexts: ['logs', 'text'],
    label: 'save',
    help: 'Save everything to a file, including what is not loaded',
    footer: 8,
  },
  {
    action: 'left',
    keys: ['left'],
    contexts: ['logs', 'text'],
    label: 'left',
    help: 'Scroll cut lines to the left',
  },
  {
    action: 'right',
    keys: ['right'],
    contexts: ['logs', 'text'],
    label: 'right',
    help: 'Scroll cut lines to the right',
  },

  { action: 'up', keys: ['up', 'k'], contexts: scrolled, label: 'up', help: 'One up' },
  { action: 'down', keys: ['down', 'j'], contexts: scrolled, label: 'down', help: 'One down' },
  { action: 'page-up', keys: ['pageup', 'ctrl-b'], contexts: scrolled, label: 'page up', help: 'One page up' },
  { action: 'page-down', keys: ['pagedown', 'ctrl-f'], contexts: scrolled, label: 'page down', help: 'One page down' },
  { action: 'top', keys: ['g', 'home'], contexts: scrolled, label: 'top', help: 'To the beginning' },
  { action: 'bottom', keys: ['G', 'end'], contexts: scrolled, label: 'bottom', help: 'To the end; logs follow again' },
];

const everywhereBindings: readonly Binding[] = [
  {
    action: 'back',
    keys: ['esc'],
    contexts: ['everywhere'],
    label: 'back',
    help: 'Back: cancels an activity, then removes messages, the filter, the marks, the view',
    footer: 20,
  },
  {
    action: 'command',
    keys: [':'],
    contexts: ['everywhere'],
    label: 'command',
    help: 'Run any command of symphony; tab completes',
    footer: 21,
  },
  {
    action: 'help',
    keys: ['?'],
    contexts: ['everywhere'],
    label: 'help',
    help: 'All the keys of this view',
    footer: 22,
  },
  {
    action: 'quit',
    keys: ['q', 'ctrl-c'],
    contexts: ['everywhere'],
    label: 'quit',
    help: 'Quit; processes keep running. ctrl-c first cancels an activity',
    footer: 23,
  },
  { action: 'backends', keys: ['b'], contexts: ['everywhere'], label: 'backends', help: 'Change to another backend' },
  {
    action: 'messages',
    keys: ['ctrl-e'],
    contexts: ['everywhere'],
    label: 'messages',
    help: 'All messages so far',
  },
  { action: 'theme', keys: ['ctrl-t'], contexts: ['everywhere'], label: 'theme', help: 'The next theme' },
  {
    action: 'mouse',
    keys: ['ctrl-x'],
    contexts: ['everywhere'],
    label: 'mouse',
    help: 'Use the mouse here, or leave it to the terminal’s own selection',
  },
  { action: 'redraw', keys: ['ctrl-l'], contexts: ['everywhere'], label: 'redraw', help: 'Redraw the screen' },
  {
    action: 'suspend',
    keys: ['ctrl-z'],
    contexts: ['everywhere'],
    label: 'suspend',
    help: 'Suspend to the shell; fg returns',
  },
];

/**
 * All key bindings. Dispatch, the footer and help are derived from this table. An action may appear twice, with another key,
 * label or help in another context.
 * @param ofViews the bindings that only one kind of view has
 */
export function createKeymap(ofViews: readonly Binding[]): readonly Binding[] {
  return [...actionBindings, ...ofViews, ...readingBindings, ...everywhereBindings];
}
