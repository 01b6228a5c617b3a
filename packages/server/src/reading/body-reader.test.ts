/** Large bodies are read as small ones are, to the letter, on a thread that may die. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import { contentScanner, type Refusal, RefusalError } from '@vortexflow/validation';
import * as fc from 'fast-check';
import { DEFAULT_JSON_LIMITS } from '../http/limits.ts';
import type { JobThread } from '../threads/job-thread.ts';
import { BodyReader, type ReadingOptions } from './body-reader.ts';
import type { CheckedRow } from './checked-json.ts';
import { type CollectedBody, type LargeBody, SMALL } from './collected-body.ts';
import { givenTexts } from './given-texts.ts';
import { scanContent } from '../validation/content-scan.ts';
import { readLarge } from './read-large.ts';
import type { ReadJob } from './messages.ts';
import { type ReadBody, startReadingThread } from './reading-thread.ts';

const reader = new BodyReader(new VirtualClock());
after(() => reader.stop());

const STAYING: ReadingOptions = { timed: () => undefined, hasLeft: () => false };

const small = (text: string): CollectedBody => ({ bytes: Buffer.from(text), length: Buffer.byteLength(text) });
/** The same bytes as if they were many. */
function large(text: string): CollectedBody {
  const bytes = Buffer.from(text);
  const block = new SharedArrayBuffer(bytes.length);
  new Uint8Array(block).set(bytes);
  return { blocks: [block], length: bytes.length };
}

/** What a reading comes to: a value, or all that is said of why there is none. */
async function outcome(read: (options: ReadingOptions) => Promise<unknown>): Promise<unknown> {
  let ms = Number.NaN;
  try {
    return { value: await read({ timed: (time) => void (ms = time), hasLeft: () => false }) };
  } catch (failure) {
    if (failure instanceof RefusalError) return failure.refusal;
    const { code, details } = failure as { code?: string; details?: object };
    assert.ok(code !== undefined, String(failure));
    return { code, details };
  } finally {
    assert.ok(ms >= 0, 'the time is told, however it ended');
  }
}

const json = (body: CollectedBody, row: CheckedRow = 'documents') =>
  outcome(async (options) => (await reader.json(body, row, DEFAULT_JSON_LIMITS[row], options)).value);

const unicode = fc.string({ unit: 'binary', maxLength: 40 });
const document = fc.record(
  { id: unicode, title: unicode, text: unicode, format: fc.constantFrom('markdown', 'text', 7) },
  { requiredKeys: ['id', 'text'] },
);
const documents = fc.oneof(fc.record({ documents: fc.array(document, { maxLength: 6 }) }), fc.jsonValue());

describe('a body that is read on a thread', () => {
  it('comes to what it comes to on the event loop', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          documents.map((value) => JSON.stringify(value)),
          fc.string(),
        ),
        async (text) => {
          if (text !== '') assert.deepEqual(await json(large(text)), await json(small(text)));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('comes over in parts that make the same lists, texts of all widths included', async () => {
    const list = Array.from({ length: 300 }, (_, i) => ({
      id: `d${i}`,
      title: `Title ${i} ✓`,
      text: (i % 2 ? 'plain ' : 'Straße – 道 🜚 ').repeat(i * 20),
    }));
    const text = JSON.stringify({ documents: list });
    assert.ok(text.length > 4 * SMALL);
    assert.deepEqual(await json(large(text)), { value: { documents: list } });
    const answer = { request_id: 'r', answer: Array.from({ length: 900 }, (_, i) => `${i}`.padEnd(1_000, 'é')) };
    assert.deepEqual(await json(large(JSON.stringify(answer)), 'feedback'), { value: answer });
  });

  it('comes over with texts of any length, cut anywhere', async () => {
    // A letter of two units comes to stand on every border of the pieces.
    const list = Array.from({ length: 6 }, (_, i) => ({
      id: `d${i}`,
      title: 'T',
      text: 'x'.repeat(i % 3) + '🜚'.repeat(30_000 * i),
    }));
    assert.deepEqual(await json(large(JSON.stringify({ documents: list }))), { value: { documents: list } });
  });

  it('has been looked at by the tier of content, with what that finds on the event loop', async () => {
    const attack = "1' OR '1'='1' UNION SELECT username, password FROM users--";
    const list = Array.from({ length: 12 }, (_, i) => ({ id: `d${i}`, title: 'T', text: i === 7 ? attack : 'plain' }));
    const bodies: [CheckedRow, unknown][] = [
      ['documents', { documents: list }],
      ['feedback', { request_id: 'r', answer: ['plain', attack] }],
      ['feedback', { request_id: 'r', answer: attack }],
      ['feedback', { request_id: 'r', correct: true }],
    ];
    const scanner = contentScanner();
    for (const [row, value] of bodies) {
      const steps = scanContent(givenTexts(row, value), scanner);
      let step = steps.next();
      while (step.done !== true) step = steps.next();
      const read = (body: CollectedBody) => reader.json(body, row, DEFAULT_JSON_LIMITS[row], STAYING);
      assert.deepEqual((await read(large(JSON.stringify(value)))).content?.found, step.value);
      assert.equal((await read(small(JSON.stringify(value)))).content, null);
    }
  });

  it('says of what is wrong what is said of all requests', async () => {
    const wrong = async (value: unknown) => (await json(large(JSON.stringify(value)))) as { details: object };
    assert.deepEqual((await wrong({ documents: [{ id: 'a', titel: 'A', title: 'A', text: '' }] })).details, {
      problem: 'Unknown key "titel" in "documents.0".',
      field: 'documents.0',
      pointer: '/documents/0/titel',
      expected: 'no other keys than id, title, text, format',
      suggestion: 'Did you mean "title"?',
    });
    assert.deepEqual((await wrong({ documents: [{ id: 5, title: 'A', text: '' }] })).details, {
      problem: '"documents.0.id" must be a string.',
      field: 'documents.0.id',
      pointer: '/documents/0/id',
      expected: 'a string',
    });
  });

  it('is looked at within its texts, where they are JSON', async () => {
    const plain = { id: 'a', title: 'A', text: 'x' };
    const bodyOf = (format: string, text: string): string =>
      JSON.stringify({ documents: [plain, { ...plain, id: 'b', text, format }] });
    for (const body of [small, large]) {
      const read = (format: string, text: string) => json(body(bodyOf(format, text))) as Promise<Refusal>;
      const proto = await read('json', '{"nodes":[{"id":"n","__proto__":{}}]}');
      assert.equal(proto.pointer, '/documents/1/text');
      assert.match(proto.problem, /^At \/nodes\/0\/__proto__ of the text: /);
      assert.match(
        (await read('jsonl;x=y', '{"id":"a"}\n{"id":1,"id":2}')).problem,
        /: Line 2: The key "id" comes twice/,
      );
      const deep = await read('json', '['.repeat(5_000) + ']'.repeat(5_000));
      assert.equal(deep.pointer, '/documents/1/text');
      for (const [format, text] of [
        ['json', '{"nodes":[{"id":"n"}]}'],
        ['json', 'no JSON at all'],
        ['markdown', '{"id":1,"id":2}'],
      ] as const)
        assert.ok('value' in (await read(format, text)), `${format} ${text}`);
    }
  });

  it('is a graph as well', async () => {
    const file = (body: CollectedBody, format: string) => outcome((options) => reader.file(body, format, options));
    const long = `{"nodes":[{"id":"${'n'.repeat(600_000)}é"}]}`;
    for (const [text, format] of [
      [long, 'json'],
      ['{"id":1,"id":2}', 'json'],
      ['\ufeffa,b\n1,2', 'csv'],
      ['{"a":1}\n{"__proto__":1}', 'jsonl'],
    ] as const)
      assert.deepEqual(await file(large(text), format), await file(small(text), format));
    const bytes = Uint8Array.of(0x61, 0xff);
    const refused = (await file({ bytes, length: 2 }, 'csv')) as { details: { problem: string } };
    assert.equal(refused.details.problem, 'The body is not UTF-8 text.');
  });

  it('is refused for now when it takes too long, or the server stops', async () => {
    const clock = new VirtualClock();
    let end: (failure: Error) => void = () => undefined;
    const start = (): JobThread<ReadJob, ReadBody> => ({
      isAlive: true,
      work: () => new Promise((_, reject) => (end = reject)),
      end: async () => end(new Error('ended')),
    });
    const slow = new BodyReader(clock, start);
    const late = slow.json(large('{}'), 'documents', DEFAULT_JSON_LIMITS.documents, STAYING);
    await new Promise(setImmediate);
    clock.advance(60_000);
    await assert.rejects(late, { code: 'resources_busy' });
    const cut = slow.json(large('{}'), 'documents', DEFAULT_JSON_LIMITS.documents, STAYING);
    await new Promise(setImmediate);
    await slow.stop();
    await assert.rejects(cut, { code: 'resources_busy' });
  });

  it('is read by another thread when the first one has died', async () => {
    const threads: JobThread<ReadJob, ReadBody>[] = [];
    const start = (): JobThread<ReadJob, ReadBody> => {
      threads.push(startReadingThread());
      return threads.at(-1) as JobThread<ReadJob, ReadBody>;
    };
    const mortal = new BodyReader(new VirtualClock(), start);
    const read = () => mortal.json(large('{"documents":[]}'), 'feedback', DEFAULT_JSON_LIMITS.feedback, STAYING);
    await assert.rejects(read(), { code: 'request_invalid' });
    await threads[0]?.end();
    await assert.rejects(read(), { code: 'request_invalid' });
    assert.equal(threads.length, 2);
    await mortal.stop();
  });

  it('is not begun when its sender has left meanwhile', async () => {
    const works: (() => void)[] = [];
    const start = (): JobThread<ReadJob, ReadBody> => ({
      isAlive: true,
      work: () =>
        new Promise((resolve) =>
          works.push(() => resolve({ end: { type: 'end', digest: null, content: null, ms: 0 }, value: {}, text: '' })),
        ),
      end: async () => undefined,
    });
    const busy = new BodyReader(new VirtualClock(), start);
    const read = (options: ReadingOptions) =>
      busy.json(large('{}'), 'documents', DEFAULT_JSON_LIMITS.documents, options);
    const first = read(STAYING);
    const left = read({ ...STAYING, hasLeft: () => true });
    const last = read(STAYING);
    await new Promise(setImmediate);
    works[0]?.();
    await first;
    await assert.rejects(left, { code: 'resources_busy' });
    await new Promise(setImmediate);
    assert.equal(works.length, 2);
    works[1]?.();
    await last;
    await busy.stop();
  });

  it('comes over in parts that are quick to take over, whatever is in it', () => {
    const texts = fc.array(fc.nat(200_000), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(texts, (lengths) => {
        const list = lengths.map((length, i) => ({ id: `${i}`, title: 'T', text: 'x'.repeat(length) }));
        const body = large(JSON.stringify({ documents: list })) as LargeBody;
        const job = { type: 'json', body, row: 'documents', limits: DEFAULT_JSON_LIMITS.documents } as const;
        const sizes = [...readLarge(job, () => 0)].map((part) => JSON.stringify(part).length);
        // Half a million characters, and the document that makes it so many.
        assert.ok(Math.max(...sizes) <= 524_288 + 200_000 + 1_000, String(Math.max(...sizes)));
      }),
      { numRuns: 20 },
    );
  });
});
