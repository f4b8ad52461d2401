const prime = 0x100000001b3n;
const offset = 0xcbf29ce484222325n;

/**
 * 16 hexadecimal digits that stand for a text in the name of a file: FNV-1a of 64 bits. Told apart they are by all who
 * mean well; it protects nothing. Loading node:crypto instead would cost every command 10 ms.
 */
export function shortHash(text: string): string {
  let hash = offset;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * prime);
  return hash.toString(16).padStart(16, '0');
}
