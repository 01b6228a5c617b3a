/** The inside of a reasoning thread: its own view of the shared knowledge, every reasoner, one question at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { runSteps, type Steps } from '@vortexflow/graph';
import { KnowledgeBase, WordVectors } from '@vortexflow/knowledge';
import { systemClock } from '@vortexflow/primitives';
import { REASONER_IDS, type ReasonerId } from '../reasoners/catalogue.ts';
import type { CreateReasoner, Question, Reasoner } from '../reasoners/contract.ts';
import { intentModel } from '../understanding/model/trained.ts';
import { ExpectedTimes } from './expected-times.ts';
import { IdleWork } from './idle-work.ts';
import type { FromThread, Said, ThreadSetup, ToThread } from './messages.ts';
import { Progress } from './progress.ts';

/** Changes come in rows, each after the last one is acknowledged: the end of the row is waited for. */
const IDLE_MS = 300;
/** An opinion waits for the next one when that is expected within this time. */
const WORTH_WAITING_MS = 2;

const ABANDONED = 'nobody waits any more';

type Ask = Extract<ToThread, { type: 'ask' }>;
type Change = Extract<ToThread, { type: 'change' }>;

/** Serves the main thread from now on, until this thread ends. */
export function serve(catalogue: Readonly<Record<ReasonerId, CreateReasoner>>): void {
  const { image, vectors, additions, progress: buffer, hasHelp } = workerData as ThreadSetup;
  const progress = new Progress(buffer);
  const knowledge = new KnowledgeBase(image, new WordVectors(vectors));
  knowledge.apply(additions);
  const reasoners = REASONER_IDS.map((id): [ReasonerId, Reasoner] => [id, catalogue[id](knowledge)]);
  const all = Object.fromEntries(reasoners) as Record<ReasonerId, Reasoner>;
  const say = (message: FromThread): void => parentPort?.postMessage(message);
  const learn = (): void => Object.values(all).forEach((reasoner) => reasoner.learn?.());
  const prepare = function* (): Steps<void> {
    for (const reasoner of Object.values(all)) if (reasoner.prepare) yield* reasoner.prepare();
  };
  const onSlice = seldom(() => say({ type: 'busy' }));
  const idle = new IdleWork({ clock: systemClock, idleMs: IDLE_MS, begin: prepare, onSlice });

  /** One failing reasoner must not keep the others from answering. */
  const answer = (id: number, question: Question, reasoner: ReasonerId): Said => {
    progress.begin(id, reasoner);
    try {
      const start = performance.now();
      const opinion = all[reasoner].answer(question);
      return { reasoner, opinion, thinkingMs: performance.now() - start };
    } catch (failure) {
      return { reasoner, failure: String(failure) };
    } finally {
      progress.end();
    }
  };

  const expected = new ExpectedTimes();
  const ask = ({ id, question, reasoners: asked }: Ask): void => {
    let said: Said[] = [];
    for (const [i, reasoner] of asked.entries()) {
      if (progress.isVoid(id)) break;
      const one = progress.isAbandoned(id) ? { reasoner, failure: ABANDONED } : answer(id, question, reasoner);
      if ('opinion' in one) expected.add(reasoner, one.thinkingMs);
      said.push(one);
      // Who is quick must not wait for who is slow; where nobody is, one message costs less than two. An opinion that
      // this thread takes with it is asked for again elsewhere.
      const next = asked[i + 1];
      if (hasHelp && next !== undefined && expected.of(next) <= WORTH_WAITING_MS) continue;
      say({ type: 'said', id, said });
      said = [];
    }
    if (said.length > 0) say({ type: 'said', id, said });
  };

  const learnChange = ({ id, change }: Change): void => {
    // Questions between the parts of much must not read all that has come so far, each of them again.
    if (change.hasMore === true) knowledge.passages.holdGraph();
    // A change that cannot be applied leaves this thread behind the others: it throws, and the thread starts anew.
    knowledge.apply(change);
    learn();
    const done = (): void => say({ type: 'changed', id });
    const isEnd = change.hasMore !== true && knowledge.passages.holdsGraph;
    if (isEnd) return idle.whenDone(done);
    idle.restart();
    done();
  };

  parentPort?.on('message', (message: ToThread) => (message.type === 'ask' ? ask(message) : learnChange(message)));
  // Read once for all questions: the first one must not wait for it.
  intentModel();
  learn();
  runSteps(prepare());
  say({ type: 'ready' });
}

/** Does it once a second at most. */
function seldom(work: () => void): () => void {
  let next = 0;
  return () => {
    const now = performance.now();
    if (now < next) return;
    next = now + 1_000;
    work();
  };
}
