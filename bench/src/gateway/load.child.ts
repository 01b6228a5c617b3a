/** The load generator of the gateway comparison: keeps so many questions under way, each of one request or of two. */
import { Pool } from 'undici';

/** One request of a question. */
export interface Part {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What it is told to do. */
export interface GatewayOrder {
  readonly url: string;
  /** Questions under way at once. */
  readonly concurrency: number;
  /** Questions; the parts of one are sent at the same time. */
  readonly questions: readonly (readonly Part[])[];
}

/** What it saw. */
export interface GatewayLoad {
  readonly seconds: number;
  /** Of each question, until its last part was answered. */
  readonly latenciesMs: readonly number[];
  readonly statuses: Readonly<Record<string, number>>;
  /** Answers of models in the responses. */
  readonly answers: number;
}

process.once('message', (order: GatewayOrder) => {
  void drive(order).then((report) => process.send?.(report, () => process.disconnect()));
});

async function drive({ url, concurrency, questions }: GatewayOrder): Promise<GatewayLoad> {
  const pool = new Pool(url, { connections: 2 * concurrency, pipelining: 1 });
  const latenciesMs: number[] = [];
  const statuses: Record<string, number> = {};
  let answers = 0;
  let next = 0;
  const send = async ({ path, headers, body }: Part): Promise<void> => {
    const response = await pool.request({ path, method: 'POST', headers, body });
    statuses[response.statusCode] = (statuses[response.statusCode] ?? 0) + 1;
    answers += answersIn((await response.body.json()) as Wire);
  };
  const worker = async (): Promise<void> => {
    for (let i = next++; i < questions.length; i = next++) {
      const start = performance.now();
      await Promise.all((questions[i] as readonly Part[]).map(send));
      latenciesMs.push(performance.now() - start);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - start) / 1000;
  await pool.close();
  return { seconds, latenciesMs, statuses, answers };
}

/** An answer of ours, or a completion. */
interface Wire {
  readonly opinions?: readonly { readonly outcome: string; readonly usage?: unknown }[];
  readonly choices?: readonly unknown[];
}

const answersIn = ({ opinions, choices }: Wire): number =>
  opinions?.filter(({ outcome, usage }) => outcome === 'answered' && usage !== undefined).length ??
  choices?.length ??
  0;
