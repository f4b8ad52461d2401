/** What is known of the bytes of an archived log. Offsets are positions in the archived log. */
export interface LogContent {
  /** Pairs of a run's number and the offset at which its output begins, ascending. */
  readonly starts: readonly (readonly [run: number, offset: number])[];
  /** When the log grew. @see encodeTimes */
  readonly times: readonly number[];
  /** How many bytes before the first one are not kept. */
  readonly dropped: number;
}

/** An archived log within the file that holds all logs of its experiment. */
export interface LogIndex extends LogContent {
  /** Where it begins in the file. */
  readonly offset: number;
  readonly length: number;
}

/** Marks beyond this number are thinned out: times become less exact, and the index of many logs stays small. */
const maxMarks = 5_000;

/** Parses the index of an experiment's logs, by process key. Damaged parts are left out. */
export function parseLogIndex(text: string): ReadonlyMap<string, LogIndex> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return new Map();
  }
  if (typeof value !== 'object' || value === null) return new Map();
  return new Map(Object.entries(value).flatMap(([key, log]) => (isPlaced(log) ? [[key, repair(log)] as const] : [])));
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isPlaced(log: unknown): log is Pick<LogIndex, 'offset' | 'length'> & Record<string, unknown> {
  if (typeof log !== 'object' || log === null) return false;
  const { offset, length } = log as Partial<LogIndex>;
  return isNumber(offset) && isNumber(length);
}

/** Without a usable index, the bytes are one run without times. */
function repair({
  offset,
  length,
  starts,
  times,
  dropped,
}: Pick<LogIndex, 'offset' | 'length'> & Record<string, unknown>) {
  const isPair = (pair: unknown) => Array.isArray(pair) && pair.length === 2 && pair.every(isNumber);
  return {
    offset,
    length,
    starts: Array.isArray(starts) && starts.every(isPair) ? (starts as [number, number][]) : [],
    times: Array.isArray(times) && times.every((time) => Number.isFinite(time)) ? (times as number[]) : [],
    dropped: isNumber(dropped) ? dropped : 0,
  };
}

/** A log had `offset` bytes at `time`, in milliseconds: all bytes between two marks have the time of the second. */
export interface GrowthMark {
  readonly time: number;
  readonly offset: number;
}

/** Encodes marks, ascending, as differences between neighbours, which are short: time, offset, time, offset, … */
export function encodeTimes(marks: readonly GrowthMark[]): number[] {
  const step = Math.ceil(marks.length / maxMarks);
  const kept = marks.filter((_, index) => (index + 1) % step === 0 || index === marks.length - 1);
  let [lastTime, lastOffset] = [0, 0];
  return kept.flatMap(({ time, offset }) => {
    const pair = [Math.round(time) - lastTime, offset - lastOffset];
    [lastTime, lastOffset] = [Math.round(time), offset];
    return pair;
  });
}

export function decodeTimes(times: readonly number[]): GrowthMark[] {
  const marks: GrowthMark[] = [];
  let [time, offset] = [0, 0];
  for (let index = 0; index + 1 < times.length; index += 2) {
    time += times[index] as number;
    offset += times[index + 1] as number;
    marks.push({ time, offset });
  }
  return marks;
}
