/** Thread of one reasoner: its own view of the shared knowledge, one question at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { KnowledgeBase, WordVectors } from '@vortexflow/knowledge';
import { REASONERS } from '../reasoners/catalogue.ts';
import { intentModel } from '../understanding/model/trained.ts';
import type { FromReasoner, ReasonerSetup, ToReasoner } from './messages.ts';

const { reasoner: id, image, vectors, additions } = workerData as ReasonerSetup;
const knowledge = new KnowledgeBase(image, new WordVectors(vectors));
knowledge.apply(additions);
const reasoner = REASONERS[id](knowledge);
const say = (message: FromReasoner): void => parentPort?.postMessage(message);

/** Changes come in rows: the last one is waited for. */
const IDLE_MS = 25;
let idle: NodeJS.Timeout | undefined;

function prepareSoon(): void {
  if (!reasoner.prepare) return;
  clearTimeout(idle);
  idle = setTimeout(() => reasoner.prepare?.(), IDLE_MS);
}

function handle(message: ToReasoner): FromReasoner {
  if (message.type === 'change') {
    knowledge.apply(message.change);
    reasoner.learn?.();
    prepareSoon();
    return { type: 'changed', id: message.id };
  }
  const start = performance.now();
  const opinion = reasoner.answer(message.question);
  return { type: 'opinion', id: message.id, opinion, thinkingMs: performance.now() - start };
}

parentPort?.on('message', (message: ToReasoner) => {
  try {
    say(handle(message));
  } catch (failure) {
    // A change that cannot be applied leaves this thread behind the others: it must start anew.
    if (message.type === 'change') throw failure;
    say({ type: 'failed', id: message.id, message: String(failure) });
  }
});
// Read once for all questions: the first one must not wait for it.
intentModel();
reasoner.learn?.();
reasoner.prepare?.();
say({ type: 'ready' });
