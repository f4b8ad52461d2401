import { parseArgs } from 'node:util';

/** A flag does not exist, or its value is invalid. */
export class UsageError extends Error {}

/**
 * A flag: its default, and the numbers that it accepts.
 * @typedef {{ fallback: number, least: number, most: number, whole: boolean }} Flag
 */

/** @param {number} fallback @returns {Flag} a flag that takes a whole number */
export function count(fallback, least = 1) {
  return { fallback, least, most: 1e9, whole: true };
}

/** @param {number} fallback @returns {Flag} a flag that takes any number */
export function number(fallback, least = 0.1, most = 1e6) {
  return { fallback, least, most, whole: false };
}

/**
 * The values of the flags, from the command line.
 * @template {string} Name
 * @param {Record<Name, Flag>} flags by name, such as `{ seed: count(1) }` for `--seed`
 * @param {string[]} [args]
 * @returns {Record<Name, number>}
 */
export function readFlags(flags, args = process.argv.slice(2)) {
  const names = /** @type {Name[]} */ (Object.keys(flags));
  const values = parse(names, args);
  const read = names.map((name) => [name, toNumber(name, flags[name], values[name])]);
  return Object.fromEntries(read);
}

/** @param {string[]} names @param {string[]} args @returns {Record<string, any>} each value as text */
function parse(names, args) {
  const options = names.map((name) => [name, { type: 'string' }]);
  try {
    return parseArgs({ args, options: Object.fromEntries(options) }).values;
  } catch (error) {
    const problem = /** @type {Error} */ (error).message.split('. ')[0];
    throw new UsageError(`${problem}: this program takes --${names.join(', --')}`);
  }
}

/** @param {string} name @param {Flag} flag @param {string | undefined} text */
function toNumber(name, { fallback, least, most, whole }, text) {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  throw new UsageError(`--${name} takes a ${whole ? 'whole ' : ''}number from ${least} to ${most}, not '${text}'`);
}
