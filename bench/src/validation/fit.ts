/** Logistic regression with few non-zero weights: FTRL-proximal (McMahan and others, KDD 2013). */
import type { Random } from '@vortexflow/primitives';
import type { Sample, Window } from './features.ts';

export interface FitOptions {
  readonly random: Random;
  readonly epochs: number;
  /** Learning rate, and what it fades by. */
  readonly alpha: number;
  readonly beta: number;
  /** Penalties: of a weight's size, which makes small ones zero, and of its square. */
  readonly l1: number;
  readonly l2: number;
  /** How much a window counts. */
  readonly importance: (sample: Sample) => number;
}

export interface Fitted {
  readonly bias: number;
  readonly weights: Float64Array;
}

/** Epochs in which every window of an attack counts; after that, only the one that looks most like it. */
const WARM_UP = 4;

export function fit(samples: readonly Sample[], tokenCount: number, options: FitOptions): Fitted {
  const model = new Proximal(tokenCount, options);
  const order = samples.map((_, i) => i);
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    shuffle(order, options.random);
    for (const i of order) {
      const sample = samples[i] as Sample;
      const importance = options.importance(sample);
      const { windows } = sample;
      if (!sample.of.isAttack) for (const window of windows) model.learn(window, 0, importance);
      else if (epoch < WARM_UP) for (const window of windows) model.learn(window, 1, importance / windows.length);
      else model.learn(worstOf(windows, model), 1, importance);
    }
  }
  return { bias: model.bias, weights: model.weights() };
}

/** Of a text's windows, in the scale of the weights. */
export function scoreOf({ windows }: Sample, { bias, weights }: Fitted): number {
  return Math.max(
    ...windows.map(({ tokens, length }) => {
      let sum = 0;
      for (const token of tokens) sum += weights[token] as number;
      return bias + sum / Math.sqrt(length);
    }),
  );
}

function worstOf(windows: readonly Window[], model: Proximal): Window {
  return windows.reduce((worst, one) => (model.score(one) > model.score(worst) ? one : worst));
}

class Proximal {
  readonly #z: Float64Array;
  readonly #n: Float64Array;
  readonly #options: FitOptions;
  bias = 0;
  #biasN = 0;

  constructor(tokenCount: number, options: FitOptions) {
    this.#z = new Float64Array(tokenCount);
    this.#n = new Float64Array(tokenCount);
    this.#options = options;
  }

  score({ tokens, length }: Window): number {
    let sum = 0;
    for (const token of tokens) sum += this.#weight(token);
    return this.bias + sum / Math.sqrt(length);
  }

  learn(window: Window, label: 0 | 1, importance: number): void {
    const { alpha } = this.#options;
    const scale = 1 / Math.sqrt(window.length);
    const error = (1 / (1 + Math.exp(-this.score(window))) - label) * importance;
    const gradient = error * scale;
    for (const token of window.tokens) {
      const n = this.#n[token] as number;
      const grown = n + gradient * gradient;
      this.#z[token]! += gradient - ((Math.sqrt(grown) - Math.sqrt(n)) / alpha) * this.#weight(token);
      this.#n[token] = grown;
    }
    this.#biasN += error * error;
    this.bias -= (0.1 * error) / (1 + Math.sqrt(this.#biasN));
  }

  weights(): Float64Array {
    return Float64Array.from(this.#z, (_, token) => this.#weight(token));
  }

  #weight(token: number): number {
    const z = this.#z[token] as number;
    const { alpha, beta, l1, l2 } = this.#options;
    if (Math.abs(z) <= l1) return 0;
    return -(z - Math.sign(z) * l1) / ((beta + Math.sqrt(this.#n[token] as number)) / alpha + l2);
  }
}

function shuffle(order: number[], random: Random): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
}
