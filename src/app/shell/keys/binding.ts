import type { CapabilityName } from '../../../engine/contract/capabilities.ts';
import type { KeyName } from './key-name.ts';

/**
 * Where a key is valid: the name of a kind of view, or of what several kinds have in common: `list`, `text`, `marks` (rows
 * can be marked), `on-experiment` and `on-process` (actions on what is chosen), `everywhere`.
 */
export type KeyContext = string;

/** Contexts of a view that are looked up together, and that help shows together. A view has several, nearest first. */
export interface KeySection {
  /** For help. */
  readonly title: string;
  readonly contexts: readonly KeyContext[];
}

/** The name of what a key does; settings remap keys by these names. A view decides what an action means in it. */
export type ActionName = string;

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
