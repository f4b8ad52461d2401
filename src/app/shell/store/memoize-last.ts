/** Caches the last result while the arguments stay the same. */
export function memoizeLast<Arguments extends readonly unknown[], Result>(
  compute: (...values: Arguments) => Result,
): (...values: Arguments) => Result {
  let last: { readonly values: Arguments; readonly result: Result } | undefined;
  return (...values) => {
    if (last === undefined || !values.every((value, index) => Object.is(value, last?.values[index]))) {
      last = { values, result: compute(...values) };
    }
    return last.result;
  };
}
