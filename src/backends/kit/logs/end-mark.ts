/**
 * The mark that the keeper of a process with a terminal writes after all of the process's output, to detect when the
 * output has reached the log. Terminals do not show it, and readers of the log do not receive it.
 */
const start = '\u001b]5353;symphony-end;';
const wholeMark = /\u001b\]5353;symphony-end;[^\u0007]*\u0007/g;
const markAtEnd = /\u001b\]5353;symphony-end;[^\u0007]*\u0007$/;

/** Upper bound for the length of a mark, which contains a process key and a run number. */
export const maxMarkBytes = 256;

export function withoutEndMarks(text: string): string {
  return text.includes(start) ? text.replace(wholeMark, '') : text;
}

/** Length of the mark at the end of these bytes; 0 if there is none. */
export function endMarkLength(bytes: Buffer): number {
  return markAtEnd.exec(bytes.toString('latin1'))?.[0].length ?? 0;
}

/** Whether an escape sequence is an end mark. */
export function isEndMark(sequence: Buffer): boolean {
  return sequence.length <= maxMarkBytes && sequence.toString('latin1').startsWith(start);
}
