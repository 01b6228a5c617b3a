/** Thread of the learner: fitting takes up to half a second, and writing waits for the disk. */
import { parentPort, workerData } from 'node:worker_threads';
import { readLearned, writeLearned } from './learned-file.ts';
import { Learner } from './learner.ts';
import type { FromLearner, Learned, LearnerSetup, LearnOrder } from './messages.ts';
import { reportOf } from './report.ts';

const { file, learningRate } = workerData as LearnerSetup;
const say = (message: FromLearner): void => parentPort?.postMessage(message);

const found = file === null ? { items: [], total: 0, notice: null } : readLearned(file);
let learner = new Learner(learningRate, found.items, found.total);

function learned(): Learned {
  return { state: { ...learner.state, window: [] }, report: reportOf(learner.items, learner.total) };
}

function handle({ id, orders, learningRate: rate }: LearnOrder): FromLearner {
  learner.learningRate = rate;
  const before = { items: learner.items, total: learner.total };
  try {
    const effects = orders.map((order) => learner.take(order));
    const now = learned();
    if (file !== null && effects.some(({ effect }) => effect === 'learned' || effect === 'replaced'))
      writeLearned(file, { items: learner.items, total: learner.total });
    return { type: 'learned', id, learned: now, effects };
  } catch (failure) {
    // What is not on disk must not be known either: a restart would forget it.
    learner = new Learner(rate, before.items, before.total);
    return { type: 'failed', id, message: String(failure) };
  }
}

parentPort?.on('message', (order: LearnOrder) => say(handle(order)));
say({ type: 'ready', learned: learned(), notice: found.notice });
