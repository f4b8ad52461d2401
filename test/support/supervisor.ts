import type { HostProcess } from './host-processes.ts';
import type { Session } from './session.ts';

/** The running supervisors of a session's home; during a takeover there may briefly be two. */
export function supervisors(session: Session): HostProcess[] {
  return session.place.running().filter(({ command }) => command.some((argument) => argument.includes('supervisor')));
}
