import type { ProcessDescription } from '../../engine/backend.ts';
import type { Plan } from '../../engine/plan.ts';
import type { ExperimentSpec } from '../../engine/spec/experiment-spec.ts';
import type { ProcessReference } from '../../engine/status.ts';
import type { ListState } from '../lists/list-state.ts';
import type { LogSession } from '../logs/log-session.ts';
import type { LogAnchor } from '../logs/log-window.ts';
import type { ServiceRow } from '../rows/service-rows.ts';
import type { Pattern } from '../text/pattern.ts';

/** What fills the screen. Views lie on each other; `esc` takes the uppermost away. */
export type View =
  | ExperimentsView
  | ProcessesView
  | ProcessView
  | LogsView
  | ServicesView
  | BackendsView
  | FilesView
  | TextView;

export interface ExperimentsView {
  readonly kind: 'experiments';
  readonly list: ListState;
}

export interface ProcessesView {
  readonly kind: 'processes';
  readonly experiment: string;
  readonly list: ListState;
  /** Names of the groups whose processes are hidden. */
  readonly collapsed: ReadonlySet<string>;
}

export interface ProcessView {
  readonly kind: 'process';
  readonly experiment: string;
  readonly process: ProcessReference;
  /** What the cluster told when asked; undefined until it answers. */
  readonly description?: ProcessDescription;
  readonly scroll: TextScroll;
}

export interface ServicesView {
  readonly kind: 'services';
  readonly experiment: string;
  readonly rows: readonly ServiceRow[];
  readonly list: ListState;
}

export interface BackendsView {
  readonly kind: 'backends';
  readonly list: ListState;
}

export interface FilesView {
  readonly kind: 'files';
  readonly files: readonly ExperimentFile[];
  /** Whether there may be more. */
  readonly searching: boolean;
  readonly list: ListState;
}

/** An experiment file that was found. */
export interface ExperimentFile {
  /** Relative to the working directory. */
  readonly path: string;
  readonly name: string;
  /** How many processes it declares, replicas counted out; or what is wrong with it. */
  readonly summary: string;
  readonly broken: boolean;
}

/** Something to read: a description, a spec, a plan, what a command said, help. */
export interface TextView {
  readonly kind: 'text';
  readonly title: string;
  /** What it is about, unless it is about no experiment. */
  readonly experiment?: string;
  readonly lines: readonly string[];
  readonly scroll: TextScroll;
  /** Set if enter launches what is read. */
  readonly launch?: { readonly spec: ExperimentSpec; readonly plan: Plan };
}

export interface TextScroll {
  /** The first row on the screen, counted in rows as they are wrapped. */
  readonly top: number;
  readonly left: number;
  readonly wrap: boolean;
  readonly search: Pattern | undefined;
  /** The match that was jumped to, counted from the beginning. */
  readonly match: number | undefined;
}

export const startOfText: TextScroll = { top: 0, left: 0, wrap: true, search: undefined, match: undefined };

export interface LogsView {
  readonly kind: 'logs';
  readonly experiment: string;
  readonly title: string;
  /** What the processes are called together, such as their group. */
  readonly name: string | undefined;
  readonly session: LogSession;
  /** Undefined while the end is followed. */
  readonly anchor: LogAnchor | undefined;
  readonly wrap: boolean;
  readonly timestamps: boolean;
  readonly left: number;
  /** Sequence number of the match that was jumped to. */
  readonly match: number | undefined;
}
