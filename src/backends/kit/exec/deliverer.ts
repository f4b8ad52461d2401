import { finished } from 'node:stream';

/** Writes received data to the streams, and pauses its source while any stream is full. */
export function deliverer(source: {
  pause(): unknown;
  resume(): unknown;
}): (stream: NodeJS.WritableStream, bytes: Buffer) => void {
  const busy = new Set<NodeJS.WritableStream>();
  return (stream, bytes) => {
    if (!stream.writable || stream.write(bytes) || busy.has(stream)) return;
    busy.add(stream);
    source.pause();
    const onReady = () => {
      stream.off('drain', onReady);
      stopWatching();
      busy.delete(stream);
      if (busy.size === 0) source.resume();
    };
    stream.on('drain', onReady);
    // A stream without a reader accepts no data and must not block the others.
    const stopWatching = finished(stream, { readable: false }, onReady);
  };
}
