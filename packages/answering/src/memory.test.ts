/** What the service remembers, on real reasoners over WordNet. The clock stands still. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { KnowledgeBase, type KnowledgeImage } from '@vortexflow/knowledge';
import { CodedError, VirtualClock } from '@vortexflow/primitives';
import type { ProcessRequest, ProcessResponse } from '@vortexflow/protocol';
import { Answering } from './answering.ts';
import { createMemoryCache } from './cache/memory-cache.ts';
import { AnswerMemory, type AnswerMemoryOptions } from './memory.ts';
import { additionOf, wordNetImage } from './test-knowledge.ts';

let image: KnowledgeImage;
before(async () => {
  image = await wordNetImage();
});
const folder = mkdtempSync(join(tmpdir(), 'vortexflow-memory-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const files = { learned: join(folder, 'learned.json'), recent: join(folder, 'answers.jsonl') };

const rigs: Answering[] = [];
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((answering) => answering.stop()));
});

async function rig(options: Partial<AnswerMemoryOptions> = {}) {
  const clock = new VirtualClock(1_000_000);
  const base = new KnowledgeBase(image);
  const memory = new AnswerMemory({ knowledge: base, clock, ...options });
  await memory.open();
  const defaults = { strategy: 'Ensemble', timeoutMs: 5000 } as const;
  const answering = new Answering({
    knowledge: base,
    clock,
    memory,
    defaults,
    onThreadFailure: () => undefined,
    threadModule: new URL('./pool/faulty.worker.ts', import.meta.url),
  });
  rigs.push(answering);
  await answering.whole();
  let asked = 0;
  const ask = (request: string | ProcessRequest, id = `r${++asked}`): Promise<ProcessResponse> =>
    answering.ask(typeof request === 'string' ? { input: request } : request, id);
  return { answering, memory, base, ask, clock };
}

const isCoded = (code: string) => (failure: unknown) => failure instanceof CodedError && failure.code === code;

describe('the cache', () => {
  it('answers the same question again with its own id, without any reasoner', async () => {
    const { ask, answering } = await rig();
    const first = await ask('What is the opposite of hot?');
    await Promise.all([answering.kill(1), answering.kill(2)]);
    const second = await ask('  what is the opposite of hot');
    assert.equal(first.metadata.cache_hit, false);
    assert.equal(second.metadata.cache_hit, true);
    assert.equal(second.request_id, 'r2');
    const same = ({ metadata: _m, metrics: _t, request_id: _i, ...rest }: ProcessResponse) => rest;
    assert.deepEqual(same(second), same(first));
    assert.deepEqual([second.metrics.asi_ms, second.metrics.inference_ms], [null, 0]);
  });

  it('reasons anew for another bar, mode or strategy, and when it is told to', async () => {
    const { ask, memory } = await rig();
    const input = 'What is the opposite of hot?';
    await ask(input);
    for (const more of [
      { min_confidence: 0.1 },
      { mode: 'Fast' },
      { strategy: 'Stacking' },
      { top_k: 1 },
      { cache: false },
    ] as Partial<ProcessRequest>[])
      assert.equal((await ask({ input, ...more })).metadata.cache_hit, false, JSON.stringify(more));
    assert.equal((await ask({ input, timeout_ms: 60_000 })).metadata.cache_hit, true);
    assert.equal(memory.figures.cacheHits, 1);
    assert.equal(memory.figures.cache.entries, 5);
  });

  it('forgets with every change of the knowledge', async () => {
    const { ask, answering, base } = await rig();
    assert.equal((await ask('What is a zorblat?')).answered, false);
    const change = additionOf(base, [{ id: 'doc:z', title: 'Zorblat', text: 'A zorblat is a kind of lamp.' }]);
    base.apply(change);
    await answering.change(change);
    const answer = await ask('What is a zorblat?');
    assert.equal(answer.metadata.cache_hit, false);
    assert.match(answer.result ?? '', /lamp/);
  });

  it('keeps no answer that was made while the knowledge changed', async () => {
    const { ask, answering, base, memory } = await rig();
    const change = additionOf(base, [{ id: 'doc:z', title: 'Zorblat', text: 'A zorblat is a kind of lamp.' }]);
    const early = ask('What is the opposite of hot?');
    base.apply(change);
    const changed = answering.change(change);
    const late = ask('What is consciousness?');
    await Promise.all([early, changed, late]);
    assert.equal(memory.figures.cache.entries, 0);
    await ask('What is the opposite of hot?');
    assert.equal(memory.figures.cache.entries, 1);
  });

  it('keeps no answer that came without all reasoners', async () => {
    const { ask } = await rig();
    for (let time = 0; time < 2; time++) {
      const { metadata } = await ask('[asi:throw] What is the opposite of hot?');
      assert.deepEqual([metadata.cache_hit, metadata.kind], [false, 'degraded']);
    }
  });

  it('costs no answer when it fails, and is told of once', async () => {
    const broken = (): Promise<never> => Promise.reject(new Error('gone'));
    const cache = { get: broken, set: broken, invalidate: broken, figures: () => ({ entries: 0, bytes: 0 }) };
    const notices: string[] = [];
    const { ask, answering, base } = await rig({ cache, onNotice: (text) => notices.push(text) });
    assert.equal((await ask('What is the opposite of hot?')).result, 'cold');
    const change = additionOf(base, [{ id: 'doc:z', title: 'Zorblat', text: 'A zorblat is a kind of lamp.' }]);
    base.apply(change);
    await answering.change(change);
    assert.match((await ask('What is a zorblat?')).result ?? '', /lamp/);
    assert.equal(notices.length, 1);
  });

  it('may be any adapter, shared by two services that never take each other for themselves', async () => {
    const cache = createMemoryCache();
    const [one, two] = [await rig({ cache }), await rig({ cache })];
    await one.ask('What is the opposite of hot?');
    assert.equal((await two.ask('What is the opposite of hot?')).metadata.cache_hit, false);
    assert.equal(cache.figures().entries, 2);
  });
});

describe('feedback', () => {
  it('moves the confidence, drops the cache, and outlives the process', async () => {
    const first = await rig({ files });
    const before = await first.ask('What is the opposite of hot?', 'known');
    await first.ask('What is the opposite of hot?', 'again');
    assert.ok(first.memory.knows('known') && first.memory.knows('again'));
    const told = await first.memory.feedback('again', { answers: ['warm'] });
    assert.deepEqual([told.effect, told.correct, told.items], ['learned', false, 1]);
    const after = await first.ask('What is the opposite of hot?');
    assert.equal(after.metadata.cache_hit, false);
    assert.ok(after.confidence < before.confidence);
    await first.answering.stop();
    const second = await rig({ files });
    assert.equal((await second.ask('What is the opposite of hot?')).confidence, after.confidence);
    // The same answer under the id of its first request: what is said now takes the place of what was said before.
    const corrected = await second.memory.feedback('known', { correct: true });
    assert.deepEqual([corrected.effect, corrected.correct, corrected.items], ['replaced', true, 1]);
    assert.ok((await second.ask('What is the opposite of hot?')).confidence > after.confidence);
  });

  it('on an answer that is not kept is refused', async () => {
    const memory = new AnswerMemory({ knowledge: new KnowledgeBase(image), clock: new VirtualClock() });
    assert.equal(memory.knows('never'), false);
    await assert.rejects(memory.feedback('never', { correct: true }), isCoded('answer_not_found'));
  });

  it('that changes nothing leaves the cache as it is', async () => {
    const { ask, memory } = await rig();
    const input = 'What is the opposite of hot?';
    await ask(input, 'first');
    assert.equal((await memory.feedback('first', { correct: true })).effect, 'learned');
    await ask(input, 'second');
    assert.equal((await memory.feedback('first', { correct: true })).effect, 'unchanged');
    assert.equal((await ask(input)).metadata.cache_hit, true);
  });

  it('under an id that came twice means the newer answer', async () => {
    const { ask, memory } = await rig();
    await ask('What is the opposite of hot?', 'same');
    await ask('What is the opposite of tall?', 'same');
    const told = await memory.feedback('same', { answers: ['short'] });
    assert.deepEqual([told.effect, told.correct], ['learned', true]);
    assert.equal(memory.trace('same').question, 'What is the opposite of tall?');
  });

  it('on silence says nothing', async () => {
    const { ask, memory } = await rig();
    await ask('Who won the storehouse championship last year?', 'silent');
    const told = await memory.feedback('silent', { correct: true });
    assert.deepEqual([told.effect, told.correct, told.items], ['nothing', null, 0]);
  });
});

describe('the trace', () => {
  it('tells how the answer came about, and agrees with it', async () => {
    const { ask, memory } = await rig();
    const answer = await ask('What do a wolf and a dog have in common?', 'a');
    const trace = memory.trace('a');
    assert.equal(trace.cached_from, null);
    assert.equal(trace.question, 'What do a wolf and a dog have in common?');
    assert.deepEqual(trace.response, answer);
    assert.equal(trace.readings[0]?.intent, 'common');
    assert.equal(trace.fusion.confidence, answer.confidence);
    const sum = trace.fusion.posterior.reduce((total, { probability }) => total + probability, trace.fusion.none);
    assert.ok(Math.abs(sum - 1) < 1e-9);
    assert.deepEqual(
      trace.opinions.map(({ source, answer: said, raw }) => [source, said, raw ?? 0]),
      answer.opinions.map(({ source, answer: said, confidence }) => [source, said, confidence]),
    );
    assert.ok(trace.opinions.some(({ supports, calibrated }) => supports && calibrated !== null));
    assert.equal(trace.position.value, answer.flux_position);
    assert.ok(trace.position.why.length > 0);
  });

  it('of a cached answer is that of the first', async () => {
    const { ask, memory } = await rig();
    await ask('What is the opposite of hot?', 'a');
    await ask('What is the opposite of hot?', 'b');
    const { cached_from, answer_id, ...trace } = memory.trace('b');
    assert.deepEqual([cached_from, answer_id], ['a', 'b']);
    assert.deepEqual(trace.response, memory.trace('a').response);
  });

  it('that is not kept is refused', async () => {
    const memory = new AnswerMemory({ knowledge: new KnowledgeBase(image), clock: new VirtualClock() });
    assert.throws(() => memory.trace('never'), isCoded('trace_not_found'));
  });
});

describe('the explanation', () => {
  it('names the relations of the way and the sentences that speak for the answer', async () => {
    const { ask } = await rig();
    const shared = await ask('What do a wolf and a dog have in common?');
    assert.deepEqual(shared.path_steps, [
      { from: 'wn:wolf.n.01', relation: 'hypernym', to: 'wn:canine.n.02' },
      { from: 'wn:canine.n.02', relation: 'hyponym', to: 'wn:dog.n.01' },
    ]);
    const defined = await ask('What is consciousness?');
    const sentences = defined.evidence.find(({ id }) => id === 'wn:consciousness.n.01')?.sentences ?? [];
    assert.ok(sentences.some((sentence) => sentence.includes(defined.result ?? 'none')));
  });
});
