import type { TmuxServer } from './tmux-server.ts';

/** A pane of a tmux server, whoever made it; one that several sessions show is there once for each. */
export interface Pane {
  readonly session: string;
  readonly sessionName: string;
  /** What Symphony marked its session with; '' if somebody else made it. */
  readonly sessionMark: string;
  readonly window: string;
  readonly index: number;
  readonly pane: string;
  /** What Symphony marked it with; '' if somebody else made it. */
  readonly processMark: string;
}

/** Marks are options of the user's kind. Names are for people, who may change them. */
export const sessionOption = '@symphony_session';
export const processOption = '@symphony_process';

const format = [
  '#{session_id}',
  '#{window_id}',
  '#{window_index}',
  '#{pane_id}',
  `#{${sessionOption}}`,
  `#{${processOption}}`,
  '#{session_name}',
].join(' ');

/** Everything that is on a server, in one call. */
export async function listPanes(server: TmuxServer): Promise<Pane[]> {
  return parsePanes((await server.query('list-panes', '-a', '-F', format)) ?? '');
}

export function parsePanes(text: string): Pane[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [session = '', window = '', index, pane = '', sessionMark = '', processMark = '', ...name] = line.split(' ');
    return { session, window, index: Number(index), pane, sessionMark, processMark, sessionName: name.join(' ') };
  });
}
