import type { TmuxServer } from './tmux-server.ts';

/**
 * A pane of a tmux server, including panes that Symphony did not create; a pane shown by several sessions is listed
 * once for each.
 */
export interface Pane {
  readonly session: string;
  readonly sessionName: string;
  /** Symphony's mark on its session; '' if Symphony did not create the session. */
  readonly sessionMark: string;
  readonly window: string;
  readonly index: number;
  readonly pane: string;
  /** Symphony's mark on the pane; '' if Symphony did not create it. */
  readonly processMark: string;
}

/** Marks are tmux user options. Names are unsuitable, because users may change them. */
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

/** Lists all panes of a server in one call. */
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
