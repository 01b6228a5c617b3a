/** Reading what a model wrote: JSON as asked for, JSON in wrappings, or a sentence with citations in brackets. */

/** A reply in the form that was asked for. */
export interface ModelReply {
  /** null: the model abstains. */
  readonly answer: string | null;
  /** As stated: numbers from 1, perhaps of passages that do not exist. */
  readonly citations: readonly number[];
  /** 0 to 1, or null when not stated. */
  readonly confidence: number | null;
}

/** Longest plain sentence taken for an answer, characters. */
const MAX_SENTENCE = 600;
/** Longest answer, characters; whoever writes more did not answer as shortly as possible. */
const MAX_ANSWER = 2000;
/** How many braces are tried as the beginning of an object. */
const MAX_STARTS = 8;

/** @returns null when the text is no reply at all */
export function parseReply(text: string): ModelReply | null {
  // Reasoning models put their train of thought in front.
  const thought = text.lastIndexOf('</think>');
  const said = (thought < 0 ? text : text.slice(thought + '</think>'.length)).trim();
  if (said.startsWith('{')) {
    const reply = replyOf(parse(said));
    if (reply) return reply;
  }
  for (const candidate of objectsIn(said)) {
    const reply = replyOf(parse(candidate));
    if (reply) return reply;
  }
  return said.includes('{') ? null : sentenceOf(said);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function replyOf(value: unknown): ModelReply | null {
  if (typeof value !== 'object' || value === null) return null;
  const { answer, citations, confidence, abstain } = value as Record<string, unknown>;
  if (abstain === true || (answer === null && abstain !== false)) return ABSTENTION;
  const text = answerOf(answer);
  if (text === null || text.length > MAX_ANSWER) return null;
  if (text === '') return ABSTENTION;
  return { answer: text, citations: citationsOf(citations), confidence: confidenceOf(confidence) };
}

const ABSTENTION: ModelReply = { answer: null, citations: [], confidence: null };

function answerOf(answer: unknown): string | null {
  if (typeof answer === 'string') return answer.trim();
  if (typeof answer === 'boolean') return answer ? 'Yes' : 'No';
  return typeof answer === 'number' ? String(answer) : null;
}

function citationsOf(citations: unknown): number[] {
  const list: readonly unknown[] = Array.isArray(citations) ? citations : [citations];
  const numbers = list.flatMap((one) => {
    const number = typeof one === 'string' ? Number(/^\D{0,10}(\d{1,4})\D?$/.exec(one.trim())?.[1]) : one;
    return Number.isSafeInteger(number) ? [number as number] : [];
  });
  return [...new Set(numbers)];
}

function confidenceOf(confidence: unknown): number | null {
  const value = typeof confidence === 'string' ? Number.parseFloat(confidence) : confidence;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0 || value > 100) return null;
  // "85" is meant as a percentage.
  return value > 1 ? value / 100 : value;
}

/** Stretches that could be objects, by their braces; those inside strings do not count. */
function* objectsIn(text: string): Generator<string> {
  let start = text.indexOf('{');
  for (let tries = 0; start >= 0 && tries < MAX_STARTS; tries++) {
    const end = endOfObject(text, start);
    if (end > 0) yield text.slice(start, end);
    start = text.indexOf('{', end > 0 ? end : start + 1);
  }
}

function endOfObject(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let i = start; i < text.length; i++) {
    const character = text[i];
    if (inString) {
      if (character === '\\') i++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return i + 1;
  }
  return -1;
}

/** "Paris [1]." A sentence without any citation is no reply. */
function sentenceOf(text: string): ModelReply | null {
  if (text.length > MAX_SENTENCE) return null;
  const marks = [...text.matchAll(/\[(\d{1,4}(?:\s*,\s*\d{1,4})*)\]/g)];
  const answer = text.replaceAll(/\s*\[\d{1,4}(?:\s*,\s*\d{1,4})*\]/g, '').trim();
  if (marks.length === 0 || answer === '') return null;
  const citations = marks.flatMap((mark) => (mark[1] as string).split(',').map(Number));
  return { answer, citations: [...new Set(citations)], confidence: null };
}
