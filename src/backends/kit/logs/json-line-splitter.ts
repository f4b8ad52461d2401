import { LineBuffer } from './line-buffer.ts';

const newline = 0x0a;

/**
 * Splits a stream of bytes into JSON documents, one a line, as sockets of supervisors and watches of servers send them.
 * Empty lines are skipped. A line has no limit, because half a document is useless: the sender is trusted to limit it.
 */
export class JsonLineSplitter {
  readonly #rest = new LineBuffer();

  /** @throws SyntaxError if a line is not JSON */
  push(bytes: Buffer): unknown[] {
    const documents: unknown[] = [];
    let from = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, from)) {
      const line = bytes.subarray(from, end);
      from = end + 1;
      const whole = this.#rest.isEmpty ? line : this.#complete(line);
      if (whole.length > 0) documents.push(JSON.parse(whole.toString('utf8')));
    }
    this.#rest.keep(bytes.subarray(from));
    return documents;
  }

  #complete(line: Buffer): Buffer {
    this.#rest.keep(line);
    return this.#rest.take().bytes;
  }
}
