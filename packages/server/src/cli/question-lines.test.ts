import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readQuestionLines } from './question-lines.ts';

describe('lines of questions', () => {
  it('are read one by one; what does not fit is told by its number', () => {
    const { questions, bad } = readQuestionLines(
      [
        '\ufeff{"question":"What is hot?","answer":"warm"}',
        '',
        'nonsense',
        '{"question":"What is cold?","answers":["cool","chilly"],"kind":"x"}',
        '{"question":"Who won?","answerable":false}',
        '{"question":"Who won?"}',
        '{"question":"Who won?","answer":"a","answers":["b"]}',
        '{"question":" ","answer":"a"}',
        '{"question":"Q","answer":""}',
        '{"question":"Q","answers":[]}',
        '{"question":"Q","answers":["a",1]}',
        '{"question":"Q","answer":"a","answerable":"no"}',
        'null',
        '[]',
        `{"question":"${'a'.repeat(8193)}","answer":"a"}`,
      ].join('\r\n'),
    );
    assert.deepEqual(questions, [
      { line: 1, question: 'What is hot?', answers: ['warm'] },
      { line: 4, question: 'What is cold?', answers: ['cool', 'chilly'] },
      { line: 5, question: 'Who won?', answers: [] },
    ]);
    assert.deepEqual(
      bad.map(({ line }) => line),
      [3, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    );
    assert.ok(bad.every(({ reason }) => reason.length > 5));
  });

  it('never throw, and account for every line that is not blank', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.json(), fc.string())), (lines) => {
        const text = lines.map((line) => line.replace(/[\r\n\ufeff]/g, ' ')).join('\n');
        const { questions, bad } = readQuestionLines(text);
        assert.equal(questions.length + bad.length, text.split('\n').filter((line) => line.trim() !== '').length);
      }),
    );
  });
});
