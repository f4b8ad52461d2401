import { gaussian } from './random.mjs';

/**
 * A neural network with one hidden layer of tanh units. All its parameters are in one flat array, so that sending them,
 * an optimizer's step and a numerical check are each one loop over numbers.
 */
export class Network {
  /** @param {{ inputs: number, hidden: number, outputs: number }} shape */
  constructor({ inputs, hidden, outputs }) {
    this.inputs = inputs;
    this.hidden = hidden;
    this.outputs = outputs;
    this.size = hidden * (inputs + 1) + outputs * (hidden + 1);
    this.parameters = new Float64Array(this.size);
    this.activations = new Float64Array(hidden);
    this.output = new Float64Array(outputs);
    // The offset of the output layer in the flat array.
    this.outputLayer = hidden * (inputs + 1);
  }

  /**
   * Random weights. An `outputScale` of 0 makes all outputs 0: a policy that starts undecided, one half for each
   * action.
   * @param {() => number} random
   * @param {number} outputScale
   */
  initialize(random, outputScale) {
    for (let i = 0; i < this.size; i++) {
      const isHidden = i < this.outputLayer;
      const row = (isHidden ? this.inputs : this.hidden) + 1;
      const isBias = (isHidden ? i : i - this.outputLayer) % row === row - 1;
      const scale = (isHidden ? 1 : outputScale) / Math.sqrt(row - 1);
      this.parameters[i] = isBias ? 0 : gaussian(random) * scale;
    }
    return this;
  }

  /**
   * The outputs for an input, in an array that the next call reuses.
   * @param {ArrayLike<number>} input
   */
  forward(input) {
    const { inputs, hidden, outputs, parameters, activations, output } = this;
    let next = 0;
    for (let unit = 0; unit < hidden; unit++) {
      let sum = 0;
      for (let i = 0; i < inputs; i++) sum += parameters[next++] * input[i];
      activations[unit] = Math.tanh(sum + parameters[next++]);
    }
    for (let unit = 0; unit < outputs; unit++) {
      let sum = 0;
      for (let i = 0; i < hidden; i++) sum += parameters[next++] * activations[i];
      output[unit] = sum + parameters[next++];
    }
    return output;
  }

  /**
   * Adds to `gradient` how the loss changes with each parameter, for the input that went through `forward` last.
   * @param {ArrayLike<number>} input
   * @param {ArrayLike<number>} outputGradient how the loss changes with each output
   * @param {Float64Array} gradient
   */
  backward(input, outputGradient, gradient) {
    const { inputs, hidden, outputs, parameters, activations } = this;
    const outputRow = hidden + 1;
    for (let unit = 0; unit < outputs; unit++) {
      const row = this.outputLayer + unit * outputRow;
      for (let i = 0; i < hidden; i++) gradient[row + i] += outputGradient[unit] * activations[i];
      gradient[row + hidden] += outputGradient[unit];
    }
    for (let i = 0; i < hidden; i++) {
      let slope = 0;
      for (let unit = 0; unit < outputs; unit++) {
        slope += outputGradient[unit] * parameters[this.outputLayer + unit * outputRow + i];
      }
      slope *= 1 - activations[i] * activations[i];
      const row = i * (inputs + 1);
      for (let j = 0; j < inputs; j++) gradient[row + j] += slope * input[j];
      gradient[row + inputs] += slope;
    }
  }
}
