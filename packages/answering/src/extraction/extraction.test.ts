/** The sentence that answers, among made texts. What the learned numbers are worth is measured in bench/. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenise } from '@vortexflow/knowledge';
import * as fc from 'fast-check';
import { answerSentences } from './answer-sentence.ts';
import { askedTerms, NO_ANSWER, type Piece, SENTENCE_FEATURES, sentencesOf } from './sentence-features.ts';
import { offers, type WantedKind, wantedKind } from './wanted.ts';
import { SENTENCE_MODELS } from './weights.ts';

const piece = (title: string, text: string, relevance: number, named = false): Piece => ({
  node: title.length,
  title,
  ownName: '',
  text,
  relevance,
  named,
});
const FILM = piece(
  'Silver Harbour',
  'Silver Harbour is a drama film directed by Edgar Vlmont. It was shot in Orlan.',
  0.9,
  true,
);
const MAN = piece(
  'Edgar Vlmont',
  'Edgar Vlmont was a painter of ships. He was a film director who was born in Kestrel Bay. His sister sang.',
  0.9,
);
const TOWN = piece('Orlan', 'Orlan is a city. Its opera house was built in 1888.', 0.4);
const ask = (question: string, pieces: readonly Piece[], model = SENTENCE_MODELS.flux) =>
  answerSentences(
    askedTerms(question, () => 3),
    pieces,
    model,
  );

test('the last step of a question decides, not the thing that it names', () => {
  const [best] = ask('Where was the director of Silver Harbour born?', [FILM, MAN, TOWN]);
  assert.equal(best?.text, 'He was a film director who was born in Kestrel Bay.');
});

test('a question of one step is answered where it is named', () => {
  const [best] = ask('Who directed Silver Harbour?', [FILM, TOWN]);
  assert.equal(best?.text, 'Silver Harbour is a drama film directed by Edgar Vlmont.');
});

test('texts that do not speak of what is asked give no sure answer', () => {
  const right = ask('When was the opera house of Orlan built?', [TOWN])[0]?.confidence ?? 0;
  const wrong = ask('When was the airport of Orlan painted blue?', [TOWN])[0]?.confidence ?? 0;
  assert.ok(right > wrong && wrong < 0.6, `${right} ${wrong}`);
});

test('what a question wants', () => {
  const wanted: [string, WantedKind][] = [
    ['When did it end?', 'date'],
    ['In what year was it built?', 'date'],
    ['What is the date of birth of its director?', 'date'],
    ['How many people live there?', 'number'],
    ['what is the population of Orlan', 'number'],
    ['Who sang?', 'name'],
    ['Where is it?', 'name'],
    ['Is it large?', 'yes_no'],
    ['Are both of them films?', 'yes_no'],
    ['opera house', 'other'],
  ];
  for (const [question, kind] of wanted) assert.equal(wantedKind(question), kind, question);
});

test('a thing that the question says already is nothing new', () => {
  const known = new Set(['edgar', 'vlmont', '1888']);
  const offered = (kind: WantedKind, sentence: string): boolean => offers(kind, sentence, tokenise(sentence), known);
  assert.ok(offered('name', 'It was directed by Mona Sandoval.'));
  assert.ok(!offered('name', 'It was directed by Edgar Vlmont.'));
  assert.ok(offered('date', 'It was built in May.'));
  assert.ok(!offered('date', 'It was built in 1888.'));
  assert.ok(offered('number', 'It has twelve rooms.'));
});

const text = fc.array(
  fc.constantFrom('Orlan', 'harbour', 'born', 'in', '1888', '.', '!', '\n', 'Édgar', '𝒳', ' ', '"', '(film)'),
  { maxLength: 40 },
);
const pieces = fc.array(
  fc.record({
    node: fc.nat(9),
    title: text.map((words) => words.join(' ')),
    ownName: text.map((words) => words.join(' ')),
    text: text.map((words) => words.join(' ')),
    relevance: fc.double({ min: 0, max: 1, noNaN: true }),
    named: fc.boolean(),
  }),
  { maxLength: 7 },
);

test('of any texts at most one sentence each, from its text, with a confidence from 0 to 1, the likeliest first', () => {
  fc.assert(
    fc.property(
      text.map((words) => words.join(' ')),
      pieces,
      (question, list) => {
        const asked = askedTerms(question, (stem) => stem.length % 5);
        for (const { features } of sentencesOf(asked, list)) {
          assert.equal(features.length, SENTENCE_FEATURES.length);
          for (const feature of features) assert.ok(feature >= 0 && feature <= 1);
        }
        for (const model of Object.values(SENTENCE_MODELS)) {
          const found = answerSentences(asked, list, model);
          assert.equal(new Set(found.map(({ piece: one }) => one)).size, found.length);
          for (const { piece: one, text: sentence, confidence } of found) {
            assert.ok(one.text.includes(sentence));
            assert.ok(confidence >= 0 && confidence <= 1);
          }
        }
      },
    ),
  );
});

test('there is a number for every feature and for no answer', () => {
  for (const { choice, presence } of Object.values(SENTENCE_MODELS))
    assert.deepEqual([choice.length, presence.length], [NO_ANSWER, NO_ANSWER + 1]);
});
