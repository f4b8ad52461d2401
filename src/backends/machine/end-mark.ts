/**
 * What the keeper of a process with a terminal writes after all of the process's output, to see when it has come to the
 * log. No terminal shows it, and no reader of the log gets it.
 */
const start = '\u001b]5353;symphony-end;';
const wholeMark = /\u001b\]5353;symphony-end;[^\u0007]*\u0007/g;
const markAtEnd = /\u001b\]5353;symphony-end;[^\u0007]*\u0007$/;

/** No mark is longer: it holds a process's key and the number of its run. */
export const maxMarkBytes = 256;

export function withoutEndMarks(text: string): string {
  return text.includes(start) ? text.replace(wholeMark, '') : text;
}

/** The bytes of the mark with which these bytes end; 0 if there is none. */
export function endMarkLength(bytes: Buffer): number {
  return markAtEnd.exec(bytes.toString('latin1'))?.[0].length ?? 0;
}

/** Whether an escape sequence is such a mark. */
export function isEndMark(sequence: Buffer): boolean {
  return sequence.length <= maxMarkBytes && sequence.toString('latin1').startsWith(start);
}
