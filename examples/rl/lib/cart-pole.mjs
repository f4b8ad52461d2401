// The cart-pole of Barto, Sutton and Anderson (1983) with the numbers of CartPole-v1: a pole stands on a cart, and
// each step pushes the cart to the left or to the right. Every step earns 1, until the pole leans too far, the cart
// leaves the track, or 500 steps are over.

export const MAX_STEPS = 500;
export const OBSERVATION_SIZE = 4;
export const ACTION_COUNT = 2;

const GRAVITY = 9.8;
const CART_MASS = 1.0;
const POLE_MASS = 0.1;
const TOTAL_MASS = CART_MASS + POLE_MASS;
const HALF_POLE_LENGTH = 0.5;
const POLE_MASS_LENGTH = POLE_MASS * HALF_POLE_LENGTH;
const FORCE = 10.0;
const SECONDS_PER_STEP = 0.02;
const MAX_ANGLE = (12 * Math.PI) / 180;
const MAX_POSITION = 2.4;
const START_RANGE = 0.05;

export class CartPole {
  /** @param {() => number} random */
  constructor(random) {
    this.random = random;
    /** Position and speed of the cart, angle and angular speed of the pole. */
    this.state = new Float64Array(OBSERVATION_SIZE);
    this.steps = 0;
  }

  /** Begins an episode. */
  reset() {
    this.steps = 0;
    for (let i = 0; i < OBSERVATION_SIZE; i++) this.state[i] = (this.random() * 2 - 1) * START_RANGE;
    return this.state;
  }

  /**
   * Pushes once: 0 to the left, 1 to the right. `terminated` means that the episode failed, `truncated` that its time was
   * over, which the learner must not treat as a failure.
   * @param {number} action
   */
  step(action) {
    const [position, speed, angle, angularSpeed] = this.state;
    const sine = Math.sin(angle);
    const cosine = Math.cos(angle);
    const push = ((action === 1 ? FORCE : -FORCE) + POLE_MASS_LENGTH * angularSpeed ** 2 * sine) / TOTAL_MASS;
    const angularAcceleration =
      (GRAVITY * sine - cosine * push) / (HALF_POLE_LENGTH * (4 / 3 - (POLE_MASS * cosine ** 2) / TOTAL_MASS));
    const acceleration = push - (POLE_MASS_LENGTH * angularAcceleration * cosine) / TOTAL_MASS;

    // Explicit Euler: the positions move with the old speeds, as in CartPole-v1.
    this.state[0] = position + SECONDS_PER_STEP * speed;
    this.state[1] = speed + SECONDS_PER_STEP * acceleration;
    this.state[2] = angle + SECONDS_PER_STEP * angularSpeed;
    this.state[3] = angularSpeed + SECONDS_PER_STEP * angularAcceleration;
    this.steps++;

    const terminated = Math.abs(this.state[0]) > MAX_POSITION || Math.abs(this.state[2]) > MAX_ANGLE;
    return { reward: 1, terminated, truncated: !terminated && this.steps >= MAX_STEPS };
  }
}
