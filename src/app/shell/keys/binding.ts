import type { CapabilityName } from '../../../engine/contract/capabilities.ts';
import type { KeyName } from './key-name.ts';

/** Where a key is valid. A view has several contexts, nearest first. */
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

/** The name of what a key does; settings remap keys by these names. */
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
  /** The position in the footer: lower numbers first, as many as fit. Without one, the key is only in help. */
  readonly footer?: number;
  /** The capability that the cluster must have. */
  readonly needs?: CapabilityName;
}
