import { connect } from 'node:net';
import { formatAddress } from '../../../../engine/text/format-address.ts';

const timeoutSeconds = 5;

export interface ConnectionCheck {
  /** Ends the check without an answer. */
  close(): void;
}

/**
 * Opens a connection and closes it at once.
 * @param onAnswer called once with why that failed, in words, or null if it succeeded; undefined if this program could
 *   not try
 */
export function checkConnection(
  { host, port }: { readonly host: string; readonly port: number },
  onAnswer: (answer: string | null | undefined) => void,
): ConnectionCheck {
  const socket = connect({ host, port });
  let isOver = false;
  const close = () => {
    isOver = true;
    clearTimeout(timer);
    socket.destroy();
  };
  const end = (answer: string | null | undefined) => {
    if (isOver) return;
    close();
    onAnswer(answer);
  };
  const timer = setTimeout(
    // If this program was suspended itself, the connection may be there meanwhile, which is noticed first.
    () => setImmediate(() => end(`no answer from ${formatAddress(host, port)} within ${timeoutSeconds} s`)),
    timeoutSeconds * 1000,
  );
  socket.once('connect', () => end(null));
  socket.on('error', (error: NodeJS.ErrnoException) => end(describe(error, formatAddress(host, port))));
  return { close };
}

function describe({ code, message }: NodeJS.ErrnoException, address: string): string | undefined {
  if (code === 'ECONNREFUSED') return `nothing listens on ${address}`;
  if (code === 'ECONNRESET') return `${address} resets connections`;
  // The lack of descriptors, ports or memory is this program's, or the machine's.
  return code === 'ETIMEDOUT' ? message : undefined;
}
