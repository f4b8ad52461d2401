import { Writable } from 'node:stream';

/** A stream that discards all data. */
export function discard(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
