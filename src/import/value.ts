/** A value of a file that is imported: every scalar but null is text, as it is written there. */
export type Value = string | null | readonly Value[] | ValueMap;
export interface ValueMap {
  readonly [name: string]: Value;
}

export function isMap(value: Value | undefined): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Maps and lists of a Value, with every text changed. */
export function mapTexts(value: Value, change: (text: string) => string): Value {
  if (typeof value === 'string') return change(value);
  if (isList(value)) return value.map((item) => mapTexts(item, change));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, change)]));
}

/** A boolean of YAML 1.1, which the tools that read these files know. */
export function toBoolean(text: string): boolean | undefined {
  if (/^(true|yes|on|y|1)$/i.test(text)) return true;
  return /^(false|no|off|n|0)$/i.test(text) ? false : undefined;
}

/** A whole number of at least zero. */
export function toWhole(text: string): number | undefined {
  const number = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(number) ? number : undefined;
}

const maxShown = 160;

/** A value in one line, for a comment. */
export function showValue(value: Value): string {
  const isPlain = typeof value === 'string' && value !== '' && !/[\p{C}\p{Zl}\p{Zp}]/u.test(value);
  const text = isPlain ? value : JSON.stringify(value).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}
