/** A step of BuildKit's graph. */
export interface Vertex {
  readonly digest: string;
  /** As in `[stage-1 2/3] RUN make`, `[internal] load build context`. */
  readonly name: string;
  readonly isCached: boolean;
  readonly hasStarted: boolean;
  readonly hasCompleted: boolean;
  /** Empty if it did not fail. */
  readonly error: string;
}

/** Output of a step. */
export interface VertexLog {
  /** The digest of the step. */
  readonly vertex: string;
  readonly text: Buffer;
}

/** What became of a part of a step, such as a layer that is pulled. */
export interface VertexStatus {
  /** The digest of the step. */
  readonly vertex: string;
  readonly id: string;
  /** Usually bytes; a total of 0 is unknown. */
  readonly current: number;
  readonly total: number;
}

export interface Trace {
  readonly vertices: readonly Vertex[];
  readonly statuses: readonly VertexStatus[];
  readonly logs: readonly VertexLog[];
}

/** A field of a message: a number, or bytes. */
type Field = { readonly number: number; readonly value: number | Buffer };

/**
 * Reads a message `moby.buildkit.v1.StatusResponse`, as engines send it in base64 under the id `moby.buildkit.trace`.
 * Unknown fields are skipped.
 * @throws RangeError if the bytes are no such message
 */
export function readTrace(message: Buffer): Trace {
  const parts = readFields(message);
  const all = (number: number) => parts.filter((field) => field.number === number).map(({ value }) => bytesOf(value));
  return { vertices: all(1).map(readVertex), statuses: all(2).map(readStatus), logs: all(3).map(readLog) };
}

function readVertex(bytes: Buffer): Vertex {
  const field = lastFields(bytes);
  return {
    digest: textOf(field(1)),
    name: textOf(field(3)),
    isCached: numberOf(field(4)) !== 0,
    hasStarted: field(5) !== undefined,
    hasCompleted: field(6) !== undefined,
    error: textOf(field(7)),
  };
}

function readStatus(bytes: Buffer): VertexStatus {
  const field = lastFields(bytes);
  return { id: textOf(field(1)), vertex: textOf(field(2)), current: numberOf(field(4)), total: numberOf(field(5)) };
}

function readLog(bytes: Buffer): VertexLog {
  const field = lastFields(bytes);
  return { vertex: textOf(field(1)), text: bytesOf(field(4)) };
}

/** Of a field that is there several times, the last one counts. */
function lastFields(bytes: Buffer): (number: number) => Field['value'] | undefined {
  const values = new Map(readFields(bytes).map(({ number, value }) => [number, value]));
  return (number) => values.get(number);
}

/** The fields of a protobuf message in its wire format. */
export function readFields(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    // Beyond 2^53 a number is not exact, which no count or tag reaches.
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes.readUInt8(at++);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number has more than 10 bytes');
  };
  const take = (length: number) => {
    if (at + length > bytes.length) throw new RangeError('a field is longer than its message');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const kind = tag % 8;
    if (kind === 0) fields.push({ number, value: varint() });
    else if (kind === 1) fields.push({ number, value: take(8) });
    else if (kind === 2) fields.push({ number, value: take(varint()) });
    else if (kind === 5) fields.push({ number, value: take(4) });
    else throw new RangeError(`a field has the unknown kind ${kind}`);
  }
  return fields;
}

function bytesOf(value: Field['value'] | undefined): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}

function textOf(value: Field['value'] | undefined): string {
  return bytesOf(value).toString('utf8');
}

function numberOf(value: Field['value'] | undefined): number {
  return typeof value === 'number' ? value : 0;
}
