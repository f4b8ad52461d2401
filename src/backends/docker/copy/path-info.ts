/** What an engine says of a path in a container. */
export interface PathInfo {
  readonly size: number;
  /** As Go writes modes of files. */
  readonly mode: number;
  /** Where a link leads. */
  readonly linkTarget: string;
}

export type FileKind = 'file' | 'folder' | 'link' | 'other';

const folderBit = 2 ** 31;
const linkBit = 2 ** 27;
/** Devices, pipes, sockets and what Go knows no name for. */
const otherBits = [19, 21, 24, 25, 26].map((bit) => 2 ** bit);

/** The kind of a file, from its mode in Go. */
export function fileKind(mode: number): FileKind {
  // Numbers of 32 bits: those operators of JavaScript take the highest for a sign.
  const has = (bit: number) => Math.floor(mode / bit) % 2 === 1;
  if (has(folderBit)) return 'folder';
  if (has(linkBit)) return 'link';
  return otherBits.some(has) ? 'other' : 'file';
}

/** Reads the header that describes a path. @throws SyntaxError if it is none */
export function parsePathInfo(header: string): PathInfo {
  return JSON.parse(Buffer.from(header, 'base64').toString('utf8')) as PathInfo;
}
