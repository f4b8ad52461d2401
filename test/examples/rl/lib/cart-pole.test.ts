import { describe, expect, it } from 'vitest';
import { CartPole, MAX_STEPS } from '../../../../examples/rl/lib/cart-pole.mjs';
import { createRandom, mixSeed } from '../../../../examples/rl/lib/random.mjs';

describe('cart-pole', () => {
  function startedAt(...state: number[]) {
    const cartPole = new CartPole(createRandom(1));
    cartPole.reset();
    cartPole.state.set(state);
    return cartPole;
  }

  function expectState(cartPole: CartPole, expected: number[]) {
    expected.forEach((value, i) => {
      expect(cartPole.state[i]).toBeCloseTo(value, 12);
    });
  }

  // The expected numbers come from CartPole-v1 of Gymnasium 1.3.0.
  it('moves like CartPole-v1', () => {
    const cartPole = startedAt(0.01, -0.02, 0.03, -0.04);
    const pushes = [1, 1, 0, 1, 0, 0, 1, 0];
    cartPole.step(1);
    expectState(cartPole, [0.009600000000000001, 0.17467919574755525, 0.0292, -0.3230687179600081]);
    for (const action of pushes.slice(1)) cartPole.step(action);
    expectState(cartPole, [0.03786727928565591, -0.020900533960113404, -0.019878933971788568, -0.020122892030648487]);
    let last = cartPole.step(pushes[0] as number);
    while (!last.terminated) last = cartPole.step(pushes[cartPole.steps % pushes.length] as number);
    expect(cartPole.steps).toBe(28);
    expectState(cartPole, [0.110915764609976, 0.39517133930700077, -0.22057999864301284, -1.2014680942033067]);
  });

  it('fails when the pole leans too far, with a reward for that step too', () => {
    const cartPole = startedAt(0, 0, 0, 0);
    for (let step = 1; step < 9; step++) expect(cartPole.step(1).terminated).toBe(false);
    expect(cartPole.step(1)).toEqual({ reward: 1, terminated: true, truncated: false });
  });

  it('fails when the cart leaves the track', () => {
    expect(startedAt(2.39, 1, 0, 0).step(1).terminated).toBe(true);
    expect(startedAt(2.37, 1, 0, 0).step(1).terminated).toBe(false);
  });

  it('ends after 500 steps without having failed', () => {
    const cartPole = startedAt(0, 0, 0, 0);
    let last = { terminated: false, truncated: false };
    // A hand-written controller that keeps the pole upright.
    while (!last.terminated && !last.truncated) {
      const [position, speed, angle, angularSpeed] = [...cartPole.state] as [number, number, number, number];
      last = cartPole.step(angle + 0.3 * angularSpeed + 0.02 * position + 0.05 * speed > 0 ? 1 : 0);
    }
    expect(last).toMatchObject({ terminated: false, truncated: true });
    expect(cartPole.steps).toBe(MAX_STEPS);
  });

  it('starts near the middle, in a different state for each seed', () => {
    const first = Array.from(new CartPole(createRandom(mixSeed(1, 0))).reset());
    const second = Array.from(new CartPole(createRandom(mixSeed(1, 1))).reset());
    for (const value of [...first, ...second]) expect(Math.abs(value)).toBeLessThanOrEqual(0.05);
    expect(first).not.toEqual(second);
    expect(Array.from(new CartPole(createRandom(mixSeed(1, 0))).reset())).toEqual(first);
  });
});
