import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** The three streams of a command, and what may be done with them. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Whether somebody is there to answer a question. Questions are asked on stderr. */
  readonly canAsk: boolean;
  /** Whether stdout is a terminal, whose reader wants less than a program does. */
  readonly forPeople: boolean;
  /** Text in a style, on stdout; plain where there are no colours. */
  readonly style: (style: Style, text: string) => string;
  /** The same on stderr. */
  readonly noteStyle: (style: Style, text: string) => string;
}

export interface ColorWishes {
  /** `--no-color`. */
  readonly never: boolean;
  readonly setting: 'auto' | 'always' | 'never';
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whether a stream gets colours: flag, then the environment (NO_COLOR, FORCE_COLOR), then the setting. */
export function wantsColor(isTerminal: boolean, wishes: ColorWishes): boolean {
  const { env } = wishes;
  if (wishes.never || env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '')
    return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  if (wishes.setting !== 'auto') return wishes.setting === 'always';
  return isTerminal && env.TERM !== 'dumb';
}

export function openTerminal(wishes: ColorWishes, streams: NodeJS.Process = process): Terminal {
  const { stdin, stdout, stderr } = streams;
  const styled = (isTerminal: boolean) => {
    const color = wantsColor(isTerminal, wishes);
    return (style: Style, text: string) =>
      color && text !== '' ? styleText(style, text, { validateStream: false }) : text;
  };
  return {
    stdin,
    stdout,
    stderr,
    canAsk: Boolean(stdin.isTTY && stderr.isTTY),
    forPeople: Boolean(stdout.isTTY),
    style: styled(Boolean(stdout.isTTY)),
    noteStyle: styled(Boolean(stderr.isTTY)),
  };
}
