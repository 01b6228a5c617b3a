/** Asks a server all the time, each request at its own moment whatever became of those before, and says what it noticed. */
import { distinctQuestions } from '../questions.ts';
import { quantile } from '../figure.ts';

/** ms between two of them */
const [QUESTION_MS, LIFE_MS] = [50, 10];
const QUESTIONS = 20_000;

/** ms each */
interface Times {
  readonly asked: number;
  /** With 200. */
  readonly answered: number;
  readonly p50: number;
  readonly p95: number;
  readonly longest: number;
}

export interface Noticed {
  readonly questions: Times;
  readonly lives: Times;
}

class Asking {
  readonly #send: () => Promise<Response>;
  readonly #everyMs: number;
  #times: number[] = [];
  #answered = 0;

  constructor(everyMs: number, send: () => Promise<Response>) {
    this.#send = send;
    this.#everyMs = everyMs;
  }

  start(): void {
    setInterval(() => void this.#ask(), this.#everyMs);
  }

  /** Of those that have ended since the last call. */
  take(): Times {
    const times = this.#times;
    const answered = this.#answered;
    [this.#times, this.#answered] = [[], 0];
    return {
      asked: times.length,
      answered,
      p50: quantile(times, 0.5),
      p95: quantile(times, 0.95),
      longest: Math.max(0, ...times),
    };
  }

  async #ask(): Promise<void> {
    const start = performance.now();
    const isAnswered = await this.#send().then(
      async (response) => (await response.arrayBuffer(), response.status === 200),
      () => false,
    );
    this.#times.push(performance.now() - start);
    if (isAnswered) this.#answered++;
  }
}

const url = process.argv[2] as string;
const questions = await distinctQuestions(QUESTIONS);
let next = 0;
const ofQuestions = new Asking(QUESTION_MS, () => {
  const body = JSON.stringify({ input: questions[next++ % QUESTIONS], mode: 'Balanced', cache: false });
  return fetch(`${url}/api/v1/process`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
});
const ofLife = new Asking(LIFE_MS, () => fetch(`${url}/health/live`));
for (const one of [ofQuestions, ofLife]) one.start();
process.on('message', () => {
  process.send?.({ questions: ofQuestions.take(), lives: ofLife.take() } satisfies Noticed);
});
