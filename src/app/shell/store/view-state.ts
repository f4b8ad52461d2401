import type { ProcessDescription } from '../../../engine/contract/backend.ts';
import type { Plan } from '../../../engine/contract/plan.ts';
import type { ProcessReference } from '../../../engine/contract/status.ts';
import type { ExperimentSpec } from '../../../engine/spec/experiment-spec.ts';
import type { LogAnchor } from '../../views/logs/log-window.ts';
import type { LogSession } from '../../views/logs/reading/log-session.ts';
import type { ServiceRow } from '../../views/services/service-rows.ts';
import type { ListState } from '../lists/list-state.ts';
import type { Pattern } from '../text/pattern.ts';

/** The state of a view, which fills the screen. Views form a stack; `esc` closes the top one. */
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
  /** The cluster's description; undefined until the cluster has answered. */
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
  /** Whether the search for files is still running. */
  readonly searching: boolean;
  readonly list: ListState;
}

/** An experiment file that was found. */
export interface ExperimentFile {
  /** Relative to the working directory. */
  readonly path: string;
  readonly name: string;
  /** How many processes it declares, counting each replica; or what is wrong with it. */
  readonly summary: string;
  readonly broken: boolean;
}

/** A text to read: a description, a spec, a plan, the output of a command, help. */
export interface TextView {
  readonly kind: 'text';
  readonly title: string;
  /** The experiment that the text describes, if any. */
  readonly experiment?: string;
  readonly lines: readonly string[];
  readonly scroll: TextScroll;
  /** Set if the text is a plan, which enter launches. */
  readonly launch?: { readonly spec: ExperimentSpec; readonly plan: Plan };
}

export interface TextScroll {
  /** The index of the first row on the screen, after wrapping. */
  readonly top: number;
  readonly left: number;
  readonly wrap: boolean;
  readonly search: Pattern | undefined;
  /** The index of the current match. */
  readonly match: number | undefined;
}

export const startOfText: TextScroll = { top: 0, left: 0, wrap: true, search: undefined, match: undefined };

export interface LogsView {
  readonly kind: 'logs';
  readonly experiment: string;
  readonly title: string;
  /** A name for all the processes together, such as their group. */
  readonly name: string | undefined;
  readonly session: LogSession;
  /** Undefined while following the end. */
  readonly anchor: LogAnchor | undefined;
  readonly wrap: boolean;
  readonly timestamps: boolean;
  readonly left: number;
  /** Sequence number of the current match. */
  readonly match: number | undefined;
}
