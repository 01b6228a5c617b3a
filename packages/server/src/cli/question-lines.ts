/** Reading the questions of `vortexflow calibrate`: JSON lines, each on its own. */
import { MAX_FEEDBACK_ANSWER_LENGTH, MAX_FEEDBACK_ANSWERS, MAX_INPUT_LENGTH } from '@vortexflow/protocol';

/** A question with what is right. */
export interface LabelledQuestion {
  /** Number of its line, from 1. */
  readonly line: number;
  readonly question: string;
  /** Any of these is right; none: the question has no answer. */
  readonly answers: readonly string[];
}

/** A line that is none. */
export interface BadLine {
  readonly line: number;
  readonly reason: string;
}

export interface QuestionLines {
  readonly questions: readonly LabelledQuestion[];
  readonly bad: readonly BadLine[];
}

/** Blank lines are skipped in silence, all others that do not fit are told. Other fields are ignored. */
export function readQuestionLines(text: string): QuestionLines {
  const questions: LabelledQuestion[] = [];
  const bad: BadLine[] = [];
  text.split(/\r?\n/).forEach((content, i) => {
    if (content.trim().replace(/^\ufeff/, '') === '') return;
    const read = readLine(content.replace(/^\ufeff/, ''));
    if (typeof read === 'string') bad.push({ line: i + 1, reason: read });
    else questions.push({ line: i + 1, ...read });
  });
  return { questions, bad };
}

type Fields = Partial<Record<'question' | 'answer' | 'answers' | 'answerable', unknown>>;

/** @returns the reason when the line does not fit */
function readLine(content: string): Omit<LabelledQuestion, 'line'> | string {
  let fields: Fields | null;
  try {
    fields = JSON.parse(content) as Fields | null;
  } catch {
    return 'no JSON';
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return 'no JSON object';
  const { question, answer, answers, answerable } = fields;
  if (typeof question !== 'string' || question.trim() === '') return '"question" is missing or blank';
  if (lengthOf(question) > MAX_INPUT_LENGTH) return `"question" has more than ${MAX_INPUT_LENGTH} characters`;
  if (answerable !== undefined && typeof answerable !== 'boolean') return '"answerable" must be true or false';
  if (answerable === false) return { question, answers: [] };
  if ((answer === undefined) === (answers === undefined)) return 'give either "answer" or "answers"';
  const right: unknown = answers ?? [answer];
  if (!isTexts(right)) return `"${answers === undefined ? 'answer' : 'answers'}" must be text, not blank`;
  if (right.length > MAX_FEEDBACK_ANSWERS) return `more than ${MAX_FEEDBACK_ANSWERS} answers`;
  if (right.some((one) => lengthOf(one) > MAX_FEEDBACK_ANSWER_LENGTH))
    return `an answer has more than ${MAX_FEEDBACK_ANSWER_LENGTH} characters`;
  return { question, answers: right };
}

/** In Unicode code points, as the server counts. */
const lengthOf = (text: string): number => Array.from(text).length;

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string' && one.trim() !== '');
}
