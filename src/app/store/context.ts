import type { StoreApi } from 'zustand/vanilla';
import type { Streams } from '../../engine/capabilities.ts';
import type { Cluster } from '../../engine/cluster.ts';
import type { AppOptions } from '../options.ts';
import type { Ask } from './ask.ts';
import type { Notify } from './notify.ts';
import type { AppState } from './state.ts';

/** The terminal, as far as actions have to do with it. */
export interface TerminalControl {
  /** Writes an escape sequence that moves nothing on the screen: the clipboard's. */
  writeSequence(sequence: string): void;
  /** Gives the terminal away, restored as it was found, and takes it back when `run` is through. */
  handOver<Result>(run: (streams: Streams) => Promise<Result>): Promise<Result>;
  /** Stops this job, as ctrl-z does elsewhere; resolves when it goes on. */
  stopJob(): Promise<void>;
  /** Draws everything anew. */
  redraw(): Promise<void>;
  exit(code: number): void;
}

/** What actions work with. */
export interface AppContext {
  readonly options: AppOptions;
  readonly store: StoreApi<AppState>;
  readonly ask: Ask;
  readonly notify: Notify;
  readonly terminal: TerminalControl;
  /** Changes to a cluster: the one before it is left, and closed if it was opened here. */
  enterCluster(cluster: Cluster, owned: boolean): void;
  /** Asks for a new picture soon; for what lies outside the state. */
  requestFrame(): void;
  /** What must be ended when the interface ends: open ways to services. Returns a function that forgets it. */
  onEnd(end: () => void | Promise<void>): () => void;
  /** Aborted when the interface ends. */
  readonly signal: AbortSignal;
}
