import type { HostProcess } from './host-processes.ts';
import type { Session } from './session.ts';

/** The supervisors of a session's home that run; there must never be two for long. */
export function supervisors(session: Session): HostProcess[] {
  return session.place.running().filter(({ command }) => command.some((argument) => argument.includes('supervisor')));
}
