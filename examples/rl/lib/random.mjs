// Math.random() cannot be seeded, and a reproducible run needs a seed: mulberry32 is small and good enough
// here.

/**
 * @param {number} seed
 * @returns {() => number} numbers from 0 up to, not including, 1
 */
export function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * One seed out of several numbers. Seeds 1 and 2 must give unrelated streams for each replica, so they are mixed, not
 * added.
 * @param {...number} numbers
 */
export function mixSeed(...numbers) {
  let mixed = 0x9e3779b9;
  for (const number of numbers) {
    mixed = Math.imul(mixed ^ number, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed ^= mixed >>> 16;
  }
  return mixed >>> 0;
}

/** A random seed, the default. */
export function freshSeed() {
  return Math.floor(Math.random() * 1_000_000);
}

/**
 * A normally distributed number (Box-Muller).
 * @param {() => number} random
 */
export function gaussian(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * Shuffles in place (Fisher-Yates).
 * @template {unknown[] | Uint32Array} T
 * @param {T} items
 * @param {() => number} random
 * @returns {T}
 */
export function shuffle(items, random) {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [items[last], items[other]] = [items[other], items[last]];
  }
  return items;
}
