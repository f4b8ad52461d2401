import { setImmediate as nextTurn } from 'node:timers/promises';
import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** The three streams of a command, and what they can do. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Whether a user can answer a question. Questions are asked on stderr. */
  readonly canAsk: boolean;
  /** Whether stdout is a terminal, where people need less detail than programs. */
  readonly forPeople: boolean;
  /** Whether what is on stdout can be drawn again: a terminal that can move the cursor. */
  readonly canRedraw: boolean;
  /** Text in a style, on stdout; plain where there are no colours. */
  readonly style: (style: Style, text: string) => string;
  /** The same on stderr. */
  readonly noteStyle: (style: Style, text: string) => string;
  /** Resolves once all output is written, or its stream has reported a failure. */
  flush(): Promise<void>;
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

/**
 * The streams of this process, each opened on first use: opening one costs a command some milliseconds.
 * @param guard called with each stream that is opened
 */
export function openTerminal(wishes: ColorWishes, guard: (stream: NodeJS.WriteStream) => void = () => {}): Terminal {
  const guarded = new Set<NodeJS.WriteStream>();
  const open = (stream: NodeJS.WriteStream) => {
    if (!guarded.has(stream)) guard(stream);
    guarded.add(stream);
    return stream;
  };
  const styled = (isTerminal: () => boolean) => {
    let color: boolean | undefined;
    return (style: Style, text: string) => {
      if (text === '') return text;
      color ??= wantsColor(isTerminal(), wishes);
      return color ? styleText(style, text, { validateStream: false }) : text;
    };
  };
  return {
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return open(process.stdout);
    },
    get stderr() {
      return open(process.stderr);
    },
    get canAsk() {
      return Boolean(process.stdin.isTTY && process.stderr.isTTY);
    },
    get forPeople() {
      return Boolean(process.stdout.isTTY);
    },
    get canRedraw() {
      return Boolean(process.stdout.isTTY) && wishes.env.TERM !== 'dumb';
    },
    style: styled(() => Boolean(process.stdout.isTTY)),
    noteStyle: styled(() => Boolean(process.stderr.isTTY)),
    async flush() {
      await Promise.all([...guarded].map((stream) => new Promise((resolve) => stream.write('', resolve))));
      // A stream reports a failure in the next turn of the event loop.
      await nextTurn();
    },
  };
}
