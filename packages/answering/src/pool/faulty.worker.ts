/** For tests: a thread whose reasoners do what the question tells them to, e.g. `[asi:hang]`. */
import { REASONER_IDS, REASONERS, type ReasonerId } from '../reasoners/catalogue.ts';
import type { CreateReasoner } from '../reasoners/contract.ts';
import { serve } from './serve.ts';

const FAULTS: Readonly<Record<string, () => void>> = {
  throw: () => {
    throw new Error('it was told to');
  },
  exit: () => process.exit(3),
  // Blocks the thread, but not its end.
  hang: () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  slow: () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200),
  // Longer than a thread takes to start.
  slower: () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000),
};

const faulty =
  (id: ReasonerId): CreateReasoner =>
  (knowledge) => {
    const reasoner = REASONERS[id](knowledge);
    const answer: typeof reasoner.answer = (question) => {
      for (const [, fault = ''] of question.text.matchAll(new RegExp(`\\[${id}:(\\w+)\\]`, 'g'))) FAULTS[fault]?.();
      return reasoner.answer({ ...question, text: question.text.replaceAll(/\[\w+:\w+\]/g, '') });
    };
    return { ...reasoner, answer };
  };

serve(Object.fromEntries(REASONER_IDS.map((id) => [id, faulty(id)])) as Record<ReasonerId, CreateReasoner>);
