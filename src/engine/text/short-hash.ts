const prime = 0x100000001b3n;
const offset = 0xcbf29ce484222325n;

/**
 * A hash of a text for file names, as 16 hexadecimal digits: FNV-1a of 64 bits. It avoids accidental collisions, and gives
 * no protection against deliberate ones. Loading node:crypto instead would cost every command 10 ms.
 */
export function shortHash(text: string): string {
  let hash = offset;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * prime);
  return hash.toString(16).padStart(16, '0');
}
