import { join } from 'node:path';
import { shortHash } from '../../../engine/text/short-hash.ts';
import { runtimeFolder } from '../host/runtime-folder.ts';

/** Socket path of the holder of a run's terminal; short, independent of the length of the run path. */
export function terminalSocket(runPath: string): string {
  return join(runtimeFolder(), `t-${shortHash(runPath)}.sock`);
}

/** A message to a holder: keys, or the size of the viewer's terminal. */
export type TerminalMessage =
  | { readonly kind: 'input'; readonly data: Buffer }
  | { readonly kind: 'resize'; readonly columns: number; readonly rows: number };

const headerBytes = 5;
const kinds = { input: 0, resize: 1 } as const;

/** Encodes a message: one byte for the kind, four for the length, then the content. */
export function encodeTerminalMessage(message: TerminalMessage): Buffer {
  const content =
    message.kind === 'input' ? message.data : Buffer.from(JSON.stringify([message.columns, message.rows]));
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(kinds[message.kind], 0);
  header.writeUInt32BE(content.length, 1);
  return Buffer.concat([header, content]);
}

/** Splits received bytes into complete messages. */
export class TerminalMessageSplitter {
  #rest: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): TerminalMessage[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const messages: TerminalMessage[] = [];
    while (this.#rest.length >= headerBytes) {
      const length = this.#rest.readUInt32BE(1);
      if (this.#rest.length < headerBytes + length) break;
      const content = this.#rest.subarray(headerBytes, headerBytes + length);
      messages.push(decode(this.#rest.readUInt8(0), content));
      this.#rest = this.#rest.subarray(headerBytes + length);
    }
    return messages;
  }
}

function decode(kind: number, content: Buffer): TerminalMessage {
  if (kind === kinds.input) return { kind: 'input', data: Buffer.from(content) };
  const [columns, rows] = JSON.parse(content.toString()) as [number, number];
  return { kind: 'resize', columns, rows };
}
