import { Writable } from 'node:stream';

/** Takes everything and keeps nothing. */
export function discard(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
