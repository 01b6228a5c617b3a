/** The whole service on real threads. The clock stands still: whatever depends on time is moved by the test. */
import assert from 'node:assert/strict';
import { afterEach, before, describe, it } from 'node:test';
import { emptyImage, KnowledgeBase, type KnowledgeImage } from '@vortexflow/knowledge';
import { CodedError, type Timer, VirtualClock } from '@vortexflow/primitives';
import {
  type ProcessRequest,
  type ProcessResponse,
  ProcessResponse as ResponseSchema,
  STRATEGIES,
  WEIGHT_STRATEGIES,
} from '@vortexflow/protocol';
import { Answering, type AnswerObserver } from './answering.ts';
import { warmUpQuestions } from './warm-up.ts';
import { REASONER_IDS } from './reasoners/catalogue.ts';
import { additionOf, wordNetImage } from './test-knowledge.ts';

let image: KnowledgeImage;
before(async () => {
  image = await wordNetImage();
});

interface Rig {
  readonly answering: Answering;
  readonly clock: CountingClock;
  readonly base: KnowledgeBase;
  readonly ask: (request: string | ProcessRequest, observer?: AnswerObserver) => Promise<ProcessResponse>;
}

/** Knows how many timers are set. */
class CountingClock extends VirtualClock {
  readonly set = new Set<Timer>();

  override after(ms: number, run: () => void): Timer {
    const inner = super.after(ms, () => {
      this.set.delete(timer);
      run();
    });
    const timer: Timer = {
      cancel: () => {
        this.set.delete(timer);
        inner.cancel();
      },
    };
    this.set.add(timer);
    return timer;
  }
}

const rigs: Rig[] = [];
afterEach(async () => {
  await Promise.all(rigs.splice(0).map(({ answering }) => answering.stop()));
});

async function rig(from: KnowledgeImage = image): Promise<Rig> {
  const clock = new CountingClock();
  const base = new KnowledgeBase(from);
  const answering = new Answering({
    knowledge: base,
    clock,
    defaults: { strategy: 'Ensemble', timeoutMs: 5000 },
    onThreadFailure: () => undefined,
    threadModule: new URL('./pool/faulty.worker.ts', import.meta.url),
  });
  const ask: Rig['ask'] = (request, observer) =>
    answering.ask(typeof request === 'string' ? { input: request } : request, 'request-1', observer);
  const made = { answering, clock, base, ask };
  rigs.push(made);
  await answering.whole();
  return made;
}

const isCoded = (code: string, status: number) => (failure: unknown) => {
  assert.ok(failure instanceof CodedError, String(failure));
  assert.deepEqual([failure.code, failure.definition.status], [code, status]);
  return true;
};

const QUESTIONS = [
  'What is consciousness?',
  'Is a dog an animal?',
  'What do a wolf and a dog have in common?',
  'What is the opposite of hot?',
  'Who won the storehouse championship last year?',
];

describe('an answer', () => {
  it('has the form of the protocol, whatever the question', async () => {
    const { ask } = await rig();
    for (const input of [...QUESTIONS, '?', '\u0000', '🐕', 'dog '.repeat(2000)]) {
      const answer = await ask(input);
      assert.deepEqual(Object.keys(answer).sort(), Object.keys(ResponseSchema.properties).sort());
      assert.equal(answer.answered, answer.result !== null);
      assert.equal(answer.request_id, 'request-1');
    }
  });

  it('carries what the caller did not say as defaults', async () => {
    const { mode, strategy, weight_strategy } = (await (await rig()).ask('What is consciousness?')).metadata;
    assert.deepEqual(
      { mode, strategy, weight_strategy },
      {
        mode: 'Balanced',
        strategy: 'Ensemble',
        weight_strategy: 'ConfidenceBased',
      },
    );
  });

  it('comes with consensus, evidence and a path when both reasoners agree', async () => {
    const answer = await (await rig()).ask('What is consciousness?');
    assert.equal(answer.metadata.consensus_achieved, true);
    assert.equal(answer.metadata.orchestrators_used, 'Fusion');
    assert.equal(answer.sacred_boost, true);
    assert.ok([6, 9].includes(answer.flux_position));
    assert.equal(answer.path[0], 'wn:consciousness.n.01');
    assert.ok(answer.evidence.some(({ id }) => id === 'wn:consciousness.n.01'));
  });

  it('keeps to top_k', async () => {
    const { ask } = await rig();
    assert.equal((await ask({ input: 'What is consciousness?', top_k: 1 })).evidence.length, 1);
  });

  it('takes its time from the clock', async () => {
    const { ask } = await rig();
    const { metrics } = await ask('What is consciousness?');
    assert.deepEqual(metrics, { duration_ms: 0, inference_ms: 0, asi_ms: 0, runtime_ms: 0, fusion_ms: 0 });
  });
});

describe('strategies', () => {
  it('all fuse every question, and what both reasoners say stays', async () => {
    const { ask } = await rig();
    for (const strategy of STRATEGIES) {
      for (const weight_strategy of WEIGHT_STRATEGIES) {
        for (const input of QUESTIONS) {
          const answer = await ask({ input, strategy, weight_strategy, min_confidence: 0 });
          assert.deepEqual([answer.metadata.strategy, answer.metadata.weight_strategy], [strategy, weight_strategy]);
          assert.ok(answer.confidence >= 0 && answer.confidence <= 1);
          if (input === QUESTIONS[0]) assert.match(answer.result ?? '', /alert cognitive state/, strategy);
          if (input === QUESTIONS[3]) assert.equal(answer.result, 'cold', strategy);
          if (input === QUESTIONS[4]) assert.equal(answer.result, null, strategy);
        }
      }
    }
  });
});

describe('withholding', () => {
  it('abstains under min_confidence and keeps evidence and opinions', async () => {
    const { ask } = await rig();
    const answer = await ask({ input: 'What is consciousness?', min_confidence: 1 });
    assert.deepEqual([answer.result, answer.answered, answer.metadata.kind], [null, false, 'abstained']);
    assert.ok(answer.confidence > 0.6 && answer.evidence.length > 0);
    assert.ok(answer.opinions.every(({ answer: said }) => said !== null));
    assert.ok(answer.remarks.includes('withheld:below_min_confidence'));
  });

  it('says when nothing was found, and shows what is near', async () => {
    const answer = await (await rig()).ask('Who won the storehouse championship last year?');
    assert.ok(answer.remarks.includes('withheld:no_answer'));
    assert.deepEqual([answer.confidence, answer.flux_position, answer.path], [0, 0, []]);
    assert.ok(answer.evidence.length > 0);
  });

  it('with sacred_only returns only answers at a checkpoint', async () => {
    const { ask } = await rig();
    for (const input of QUESTIONS) {
      const free = await ask({ input, min_confidence: 0 });
      const bound = await ask({ input, min_confidence: 0, sacred_only: true });
      const atCheckpoint = [3, 6, 9].includes(free.flux_position);
      assert.equal(bound.answered, free.answered && atCheckpoint, input);
      if (free.answered && !atCheckpoint) assert.ok(bound.remarks.includes('withheld:no_checkpoint'));
    }
  });
});

describe('what cannot be answered', () => {
  for (const input of ['', '   ', '\n\t', '\u00a0']) {
    it(`refuses ${JSON.stringify(input)} as blank`, async () => {
      await assert.rejects((await rig(emptyImage())).ask(input), isCoded('input_blank', 400));
    });
  }
});

describe('an observer', () => {
  it('hears sources and opinion of each reasoner before the answer is there', async () => {
    const { ask } = await rig();
    const heard: string[] = [];
    const pending = ask('What is consciousness?', {
      sources: (source, evidence) => heard.push(`sources ${source} ${evidence.length > 0}`),
      opinion: ({ source, outcome }) => heard.push(`opinion ${source} ${outcome}`),
    }).then(() => heard.push('answer'));
    await pending;
    assert.equal(heard.at(-1), 'answer');
    for (const id of REASONER_IDS) {
      const sources = heard.indexOf(`sources ${id} true`);
      assert.ok(sources >= 0 && heard[sources + 1] === `opinion ${id} answered`, heard.join(', '));
    }
    assert.equal(heard.length, 5);
  });
});

describe('losing reasoners', () => {
  for (const [lost, left] of [
    ['flux', 'ASI'],
    ['asi', 'Runtime'],
  ] as const) {
    it(`answers degraded without ${lost}`, async () => {
      const { ask } = await rig();
      const answer = await ask(`[${lost}:throw] What is consciousness?`);
      assert.match(answer.result ?? '', /alert cognitive state/);
      assert.equal(answer.metadata.kind, 'degraded');
      assert.equal(answer.metadata.orchestrators_used, left);
      assert.equal(answer.metadata.fallback_used, true);
      assert.equal(answer.metadata.consensus_achieved, false);
      assert.ok(answer.remarks.includes(`${lost}:failed`));
      assert.deepEqual(
        answer.opinions.find(({ source }) => source === lost),
        {
          source: lost,
          outcome: 'failed',
          answer: null,
          confidence: 0,
        },
      );
      assert.equal(lost === 'asi' ? answer.metrics.asi_ms : answer.metrics.runtime_ms, null);
    });
  }

  it('answers whole when one of its threads is gone', async () => {
    const { answering, ask } = await rig();
    await answering.kill(1);
    const answer = await ask('What is consciousness?');
    assert.deepEqual([answer.metadata.kind, answer.metadata.orchestrators_used], ['answered', 'Fusion']);
  });

  it('fails when all are lost, and tells what to do', async () => {
    const { answering, clock, ask } = await rig();
    await Promise.all([answering.kill(1), answering.kill(2)]);
    await assert.rejects(ask('What is consciousness?'), (failure) => {
      isCoded('reasoners_failed', 503)(failure);
      const { definition, message } = failure as CodedError;
      assert.equal(definition.recovery, 'Retry');
      assert.match(message, /asi failed, flux failed/);
      return true;
    });
    const whole = answering.whole();
    clock.advance(50);
    await whole;
    assert.deepEqual(
      answering.status(),
      [1, 1].map((restarts) => ({ state: 'running', restarts, pending: 0 })),
    );
    assert.equal((await ask('What is the opposite of hot?')).result, 'cold');
  });
});

describe('deadlines', () => {
  it('fails when every reasoner is late', async () => {
    const { clock, ask } = await rig();
    const pending = ask({ input: 'What is consciousness?', timeout_ms: 1, cache: false });
    clock.advance(1);
    await assert.rejects(pending, (failure) => {
      isCoded('reasoners_late', 503)(failure);
      assert.match((failure as CodedError).message, /within 1 ms/);
      return true;
    });
  });

  it('counts the time that the cache took', async () => {
    const { clock, ask } = await rig();
    const pending = ask({ input: 'What is consciousness?', timeout_ms: 1 });
    clock.advance(1);
    await assert.rejects(pending, isCoded('reasoners_late', 503));
  });

  it('leaves out who is late', async () => {
    const { clock, ask } = await rig();
    // Time is up in the very moment when the first reasoner has spoken.
    const answer = await ask({ input: 'What is consciousness?', timeout_ms: 7 }, { opinion: () => clock.advance(7) });
    assert.deepEqual(answer.opinions.map(({ outcome }) => outcome).sort(), ['answered', 'timeout']);
    assert.equal(answer.metadata.kind, 'degraded');
    assert.ok(
      answer.remarks.some((flag) => /^(?:asi|flux):timeout$/.test(flag)),
      answer.remarks.join(),
    );
    assert.match(answer.result ?? '', /alert cognitive state/);
  });

  it('leaves no timer behind', async () => {
    const { clock, ask } = await rig();
    await ask('What is consciousness?');
    assert.equal(clock.set.size, 0);
  });

  it('does not keep a late opinion for the next question', async () => {
    const { clock, ask } = await rig();
    const late = ask({ input: 'What is consciousness?', timeout_ms: 1, cache: false });
    clock.advance(1);
    await assert.rejects(late);
    assert.equal((await ask('What is the opposite of hot?')).result, 'cold');
  });
});

describe('documents', () => {
  it('become answerable with the change, and lead from one to the other', async () => {
    const { answering, base, ask } = await rig();
    const change = additionOf(base, [
      { id: 'doc:bakery', title: 'Quillon bakery', text: 'The Quillon bakery bakes rye bread.', links: ['doc:mill'] },
      { id: 'doc:mill', title: 'Marrow mill', text: 'The flour for the rye bread is ground by Edda Thorn.' },
    ]);
    const before = await ask('What does the Quillon bakery bake?');
    assert.equal(before.answered, false);
    base.apply(change);
    await answering.change(change);
    const after = await ask('What does the Quillon bakery bake?');
    assert.match(after.result ?? '', /rye bread/);
    assert.equal(after.evidence[0]?.id, 'doc:bakery');
    assert.equal(after.metadata.consensus_achieved, true);
  });

  it('are enough without any built-in source', async () => {
    const { answering, base, ask } = await rig(emptyImage());
    const change = additionOf(base, [
      { id: 'doc:zorblat', title: 'Zorblat', text: 'A zorblat is a kind of lamp that hums.' },
    ]);
    base.apply(change);
    await answering.change(change);
    assert.match((await ask('What is a zorblat?')).result ?? '', /lamp that hums/);
  });
});

describe('warming up', () => {
  it('asks the reasoners about things all over the knowledge, and leaves no trace', async () => {
    const { answering, base, ask } = await rig();
    const questions = warmUpQuestions(base, 20);
    assert.equal(new Set(questions).size, 20);
    const before = answering.memory.figures;
    await answering.warmUp(questions);
    assert.deepEqual(answering.memory.figures, before);
    assert.equal((await ask('What is the opposite of hot?')).result, 'cold');
  });

  it('is nothing where there is nothing to ask about', async () => {
    const { answering, base } = await rig(emptyImage());
    assert.deepEqual(warmUpQuestions(base, 20), []);
    await answering.warmUp([]);
  });
});

describe('more questions than can be answered in time', () => {
  it('are refused at once; those that have the time wait and are answered', async () => {
    const { ask } = await rig();
    for (let i = 0; i < 4; i++) await ask(`[asi:slow] What is a dog? ${i}`);
    const patient = Array.from({ length: 12 }, (_, i) =>
      ask({ input: `[asi:slow] What is a cat? ${i}`, timeout_ms: 60_000 }),
    );
    await assert.rejects(ask({ input: 'What is a horse?', timeout_ms: 10 }), isCoded('overloaded', 503));
    for (const { metadata } of await Promise.all(patient)) assert.notEqual(metadata.kind, 'degraded');
    assert.match((await ask({ input: 'What is a horse?', timeout_ms: 10 })).result ?? '', /quadruped/);
  });
});
