import type { ExperimentState, ProcessReference, ProcessState } from './status.ts';

export const noticeKinds = ['failed', 'done', 'blocked'] as const;

/**
 * - `failed`: processes failed or were lost, and are not restarted
 * - `done`: the experiment is over, whatever its outcome
 * - `blocked`: processes cannot proceed without intervention
 * @useDeclaredType
 */
export type NoticeKind = (typeof noticeKinds)[number];

/** Who can be told: the names of the setting `notify`. */
export type NoticeTarget = 'command' | 'webhook' | 'desktop';

/** The setting `notify`: who gets notices, and of what. Nothing is sent unless there is a target. */
export interface NotifySettings {
  /** Gets each notice as JSON on stdin. A string runs in /bin/sh, a list is an argv. */
  readonly command?: string | readonly string[];
  /** An address that gets each notice as JSON by POST. It may be a secret. */
  readonly webhook?: string;
  /** Whether a notice appears on the desktop of the launching user. */
  readonly desktop?: boolean;
  /** By default all kinds. */
  readonly on?: readonly NoticeKind[];
}

/** What a target gets, as JSON. */
export interface Notice {
  /** The same if a notice is repeated, which a crash of the supervisor while it is sent may cause once. */
  readonly id: string;
  readonly kind: NoticeKind;
  /** ISO 8601 in UTC. */
  readonly time: string;
  readonly experiment: string;
  readonly backend: string;
  /** The machine that sends it. */
  readonly host: string;
  readonly state: ExperimentState;
  /** Everything in one line: what chat services show. */
  readonly text: string;
  /** The processes that it is about; for `done` those that failed or were lost. */
  readonly processes: readonly NoticedProcess[];
}

export interface NoticedProcess extends ProcessReference {
  readonly state: ProcessState;
  readonly reason?: string;
  readonly exitCode?: number;
  readonly signal?: string;
}

/** The targets that the settings name. */
export function noticeTargets({ command, webhook, desktop }: NotifySettings): readonly NoticeTarget[] {
  const named: readonly (readonly [NoticeTarget, boolean])[] = [
    ['command', command !== undefined],
    ['webhook', webhook !== undefined],
    ['desktop', desktop === true],
  ];
  return named.filter(([, isNamed]) => isNamed).map(([target]) => target);
}

/** Whether the settings name a target. */
export function hasNoticeTarget(settings: NotifySettings): boolean {
  return noticeTargets(settings).length > 0;
}
