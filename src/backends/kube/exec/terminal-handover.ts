import type { CommandResult, Streams } from '../../../engine/contract/capabilities.ts';
import { refreshSize } from '../../kit/terminal/terminal-size.ts';
import type { ChannelSession } from './channel-session.ts';

export interface HandoverOptions {
  /** The byte that detaches; without it, only the end of the session does. */
  readonly detachByte?: number;
  /** Makes a running program redraw its screen, by changing the size. */
  readonly redraw?: boolean;
}

/** Connects this terminal to a session, until the session ends or the detach key is pressed. */
export async function handTerminalOver(
  session: ChannelSession,
  streams: Streams,
  { detachByte, redraw = false }: HandoverOptions = {},
): Promise<{ readonly result: CommandResult; readonly detached: boolean }> {
  const stdin = streams.stdin as NodeJS.ReadStream;
  const stdout = streams.stdout as NodeJS.WriteStream;
  let detached = false;
  const resize = () => {
    if (stdout.isTTY) session.resize(stdout.columns, stdout.rows);
  };
  const onInput = (data: Buffer | string) => {
    const bytes = Buffer.from(data as Buffer);
    const end = detachByte === undefined ? -1 : bytes.indexOf(detachByte);
    const keys = end < 0 ? bytes : bytes.subarray(0, end);
    // The program needs the current screen size before it handles the keys.
    refreshSize(stdout);
    if (keys.length > 0) void session.write(keys);
    if (end < 0) return;
    detached = true;
    session.close();
  };
  const wasRaw = stdin.isRaw;
  try {
    if (stdin.isTTY) stdin.setRawMode(true);
    stdin.on('data', onInput);
    stdin.resume();
    stdout.on('resize', resize);
    if (redraw && stdout.isTTY) session.resize(stdout.columns + 1, stdout.rows + 1);
    resize();
    return { result: await session.result, detached };
  } catch (error) {
    if (detached) return { result: { exitCode: 0 }, detached };
    throw error;
  } finally {
    stdin.off('data', onInput);
    stdin.pause();
    if (stdin.isTTY) stdin.setRawMode(wasRaw);
    stdout.off('resize', resize);
  }
}
