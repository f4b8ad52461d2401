import { plainText } from '../../../engine/text/safe-text.ts';

/** What a terminal needs to show a notice on the desktop of its user. */
export type TerminalKind =
  /** A terminal that gets the sequence itself. `osc777` for those that do not know OSC 9. */
  | { readonly kind: 'direct'; readonly form: 'osc9' | 'osc777' }
  /** A tmux, which passes the sequence on where its option `allow-passthrough` permits it. */
  | { readonly kind: 'tmux' }
  /** One that cannot show notices, or might print the sequence. */
  | { readonly kind: 'none' };

/** Longer texts are cut: desktops show a few lines. */
const maxCharacters = 250;

/** Says what kind of terminal a program has, by the variables that terminals and multiplexers set. */
export function terminalKind(environment: Readonly<Record<string, string | undefined>>): TerminalKind {
  const { TERM: term = '', TMUX: tmux, STY: screen, VTE_VERSION: vte } = environment;
  if (tmux !== undefined && tmux !== '') return { kind: 'tmux' };
  // A tmux or screen that cannot be asked: on another machine, from which the user came by ssh.
  const isMultiplexer = (screen !== undefined && screen !== '') || /^(?:tmux|screen)/.test(term);
  if (isMultiplexer || /^(?:|dumb|linux|vt\d+|cons\d+)$/.test(term)) return { kind: 'none' };
  const hasOnly777 = term.startsWith('rxvt') || (vte !== undefined && vte !== '');
  return { kind: 'direct', form: hasOnly777 ? 'osc777' : 'osc9' };
}

/**
 * The escape sequence that shows a notice on the desktop: OSC 9, or OSC 777. It changes nothing on the screen. Control
 * characters of the texts are left out.
 */
export function terminalNotice(title: string, text: string, form: 'osc9' | 'osc777'): string {
  const [head, body] = [title, text].map((part) => cut(plainText(part.replace(/[\r\n\t]+/g, ' '))));
  // In OSC 9 the title comes first, so that no text looks like one of the commands of ConEmu (`9;4;…`). In OSC 777 a
  // semicolon separates fields.
  if (form === 'osc9') return `\x1b]9;${head}: ${body}\x07`;
  return `\x1b]777;notify;${head?.replaceAll(';', ',')};${body?.replaceAll(';', ',')}\x07`;
}

/** Wraps a sequence so that tmux passes it on to the terminal around it. */
export function throughTmux(sequence: string): string {
  return `\x1bPtmux;${sequence.replaceAll('\x1b', '\x1b\x1b')}\x1b\\`;
}

function cut(text: string): string {
  const characters = [...text];
  return characters.length <= maxCharacters ? text : `${characters.slice(0, maxCharacters - 1).join('')}…`;
}
