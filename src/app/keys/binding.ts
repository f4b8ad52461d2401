import type { CapabilityName } from '../../engine/capabilities.ts';
import type { KeyName } from './key-name.ts';

/** Where keys mean something; a view has several, the nearest first. */
export type KeyContext =
  | 'everywhere'
  | 'list'
  | 'experiments'
  | 'processes'
  | 'process'
  | 'services'
  | 'backends'
  | 'files'
  | 'text'
  | 'plan'
  | 'logs';

/** What a key does, in one word; settings remap keys by these names. */
export type ActionName =
  | 'attach'
  | 'back'
  | 'backends'
  | 'bottom'
  | 'clear-marks'
  | 'collapse'
  | 'command'
  | 'copy-all'
  | 'copy-file'
  | 'copy-screen'
  | 'delete'
  | 'describe'
  | 'down'
  | 'exec'
  | 'expand'
  | 'filter'
  | 'filter-lines'
  | 'follow'
  | 'help'
  | 'launch'
  | 'left'
  | 'logs'
  | 'logs-all'
  | 'logs-previous'
  | 'mark'
  | 'mark-all'
  | 'messages'
  | 'mouse'
  | 'next-failed'
  | 'next-match'
  | 'open'
  | 'page-down'
  | 'page-up'
  | 'previous-match'
  | 'quit'
  | 'redraw'
  | 'restart'
  | 'reverse'
  | 'right'
  | 'save'
  | 'search'
  | 'services'
  | 'shell'
  | 'sort'
  | 'spec'
  | 'stop'
  | 'suspend'
  | 'switch-experiment'
  | 'theme'
  | 'time-range'
  | 'timestamps'
  | 'top'
  | 'up'
  | 'visit'
  | 'wrap';

export interface Binding {
  readonly action: ActionName;
  readonly keys: readonly KeyName[];
  readonly contexts: readonly KeyContext[];
  /** One or two words, for the footer. */
  readonly label: string;
  /** One line, for help. */
  readonly help: string;
  /** In the footer, lower numbers first, as far as there is room; without one, only in help. */
  readonly footer?: number;
  /** Shown and done only on a cluster that can. */
  readonly needs?: CapabilityName;
}
