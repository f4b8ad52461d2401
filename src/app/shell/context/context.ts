import type { StoreApi } from 'zustand/vanilla';
import type { Cluster } from '../../../engine/client/cluster.ts';
import type { Streams } from '../../../engine/contract/capabilities.ts';
import type { Ask } from '../dialogs/ask.ts';
import type { Notify } from '../dialogs/notify.ts';
import type { AppState } from '../store/state.ts';
import type { AppOptions } from './options.ts';

/** The operations of the terminal that actions use. */
export interface TerminalControl {
  /** Writes an escape sequence that does not change the screen, such as the clipboard's. */
  writeSequence(sequence: string): void;
  /** Hands the terminal over to `run`, restored to its original state, and takes it back afterwards. */
  handOver<Result>(run: (streams: Streams) => Promise<Result>): Promise<Result>;
  /** Stops this job, as ctrl-z does elsewhere; resolves when the job is resumed. */
  stopJob(): Promise<void>;
  /** Redraws the whole screen. */
  redraw(): Promise<void>;
  exit(code: number): void;
}

/** Everything that actions use. */
export interface AppContext {
  readonly options: AppOptions;
  readonly store: StoreApi<AppState>;
  readonly ask: Ask;
  readonly notify: Notify;
  readonly terminal: TerminalControl;
  /** Switches to a cluster. @param owned whether the interface closes the cluster when it leaves it */
  enterCluster(cluster: Cluster, owned: boolean): void;
  /** Requests a frame soon, for changes outside the state. */
  requestFrame(): void;
  /** Registers a cleanup for the end of the interface, such as closing a connection. @returns removes the cleanup */
  onEnd(end: () => void | Promise<void>): () => void;
  /** Aborted when the interface ends. */
  readonly signal: AbortSignal;
}
