import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type HostProcess, isAlive } from './host-processes.ts';
import type { Session } from './session.ts';
import { waitFor } from './wait-for.ts';

/** The running supervisors of a session's home; during a takeover there may briefly be two. */
export function supervisors(session: Session): HostProcess[] {
  return session.place.running().filter(({ command }) => command.some((argument) => argument.includes('supervisor')));
}

/** Kills the supervisor with SIGKILL, and resolves once it is gone. */
export async function killSupervisor(session: Session): Promise<void> {
  const [supervisor, ...others] = supervisors(session);
  expect(others).toEqual([]);
  expect(supervisor).toBeDefined();
  const pid = supervisor?.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  await waitFor(() => !isAlive(pid));
}

/** Edits the processes in the state file of an experiment, or the whole state. */
export async function editState(
  session: Session,
  experiment: string,
  edit: (processes: Record<string, object>, state: Record<string, object>) => void,
): Promise<void> {
  const entries = await readdir(session.place.home, { recursive: true });
  const path = join(session.place.home, entries.find((name) => name.endsWith(`/${experiment}/state.json`)) ?? '');
  const state = JSON.parse(await readFile(path, 'utf8'));
  edit(state.processes, state);
  await writeFile(path, JSON.stringify(state));
}
