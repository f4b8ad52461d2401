/** First and last port from `7000-8999`; undefined if it is not of that form. */
export function parsePortRange(text: string): [number, number] | undefined {
  const [, first, last] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  return first === undefined || last === undefined ? undefined : [Number(first), Number(last)];
}
