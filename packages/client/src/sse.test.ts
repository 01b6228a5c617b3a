import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { EventStreamParser } from './sse.ts';

const parse = (...chunks: string[]) => {
  const parser = new EventStreamParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
};

test('an event ends at the blank line, not before', () => {
  const parser = new EventStreamParser();
  assert.deepEqual(parser.push('event: answer\ndata: {"a":1}\n'), []);
  assert.deepEqual(parser.push('\n'), [{ event: 'answer', data: '{"a":1}' }]);
});

test('the standard’s own cases: default name, joined data, comments, one space, no colon', () => {
  assert.deepEqual(parse('data: YHOO\ndata: +2\ndata\n\n: comment\n\ndata:  two\n\ndata\n\ndata:x\nid: 7\n\n'), [
    { event: 'message', data: 'YHOO\n+2\n' },
    { event: 'message', data: ' two' },
    { event: 'message', data: '' },
    { event: 'message', data: 'x' },
  ]);
});

test('an event without data is dropped, and its name does not leak into the next', () => {
  assert.deepEqual(parse('event: opinion\n\ndata: 1\n\n'), [{ event: 'message', data: '1' }]);
});

test('a byte order mark before the stream is no part of it', () => {
  assert.deepEqual(parse('\uFEFFdata: 1\n\n'), [{ event: 'message', data: '1' }]);
});

test('where the chunks are cut and which line ends are used makes no difference', () => {
  const events = fc.array(
    fc.record({
      event: fc.constantFrom('sources', 'opinion', 'answer'),
      data: fc.array(fc.stringMatching(/^[a-z{}: ]*$/), { minLength: 1 }),
    }),
  );
  const cuts = fc.array(fc.nat(200));
  fc.assert(
    fc.property(events, cuts, fc.constantFrom('\n', '\r\n', '\r'), (sent, places, end) => {
      const text = sent
        .map(({ event, data }) => [`event: ${event}`, ...data.map((line) => `data: ${line}`), '', ''].join(end))
        .join('');
      const at = [0, ...places.map((place) => Math.min(place, text.length)).toSorted((a, b) => a - b), text.length];
      const chunks = at.slice(1).map((stop, i) => text.slice(at[i], stop));
      // A last CR may be half of a CR LF, so the end of the stream is made plain by a comment line.
      const expected = sent.map(({ event, data }) => ({ event, data: data.join('\n') }));
      assert.deepEqual(parse(...chunks, ':\n'), expected);
    }),
  );
});
