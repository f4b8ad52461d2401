const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;
const EPSILON = 1e-8;

/** The Adam optimizer (Kingma and Ba, 2014), with the gradient clipped to a maximum norm. */
export class Adam {
  /**
   * @param {number} size
   * @param {{ learningRate: number, maxNorm: number }} options
   */
  constructor(size, { learningRate, maxNorm }) {
    this.learningRate = learningRate;
    this.maxNorm = maxNorm;
    this.mean = new Float64Array(size);
    this.variance = new Float64Array(size);
    this.steps = 0;
  }

  /**
   * Moves the parameters one step down the gradient.
   * @param {Float64Array} parameters
   * @param {Float64Array} gradient
   */
  step(parameters, gradient) {
    this.steps++;
    let squares = 0;
    for (const slope of gradient) squares += slope * slope;
    const scale = Math.min(1, this.maxNorm / (Math.sqrt(squares) + EPSILON));
    const meanCorrection = 1 - FIRST_DECAY ** this.steps;
    const varianceCorrection = 1 - SECOND_DECAY ** this.steps;
    for (let i = 0; i < parameters.length; i++) {
      const slope = gradient[i] * scale;
      this.mean[i] = FIRST_DECAY * this.mean[i] + (1 - FIRST_DECAY) * slope;
      this.variance[i] = SECOND_DECAY * this.variance[i] + (1 - SECOND_DECAY) * slope * slope;
      const mean = this.mean[i] / meanCorrection;
      const deviation = Math.sqrt(this.variance[i] / varianceCorrection);
      parameters[i] -= (this.learningRate * mean) / (deviation + EPSILON);
    }
  }
}
