/** Answers to one question, put together where they are equal. */
import { compareText } from '../numeric.ts';
import type { Answer } from './answer.ts';
import { type CalendarDate, precisionOf, sameDate } from './dates.ts';

/**
 * A key for each answer; equal keys mean that they are one answer here. A coarser date joins a finer one only if all
 * finer dates that it may mean are one: with both "12 May 1990" and "13 May 1990" given, "1990" stands alone. The order
 * of the answers changes nothing. Nearly O(n) for n answers, and O(d^2) for d different dates among them.
 */
export function groupAnswers(answers: readonly Answer[]): string[] {
  const names = joinNames(answers);
  const dates = new Map<string, CalendarDate>();
  const years = new Map<string, string>();
  for (const answer of answers) {
    if (answer.kind !== 'date') continue;
    dates.set(answer.key, answer.date);
    if (answer.number !== undefined) years.set(answer.number, answer.key);
  }
  if (dates.size === 0) return answers.map(({ key }) => names.get(key) ?? key);
  const joined = joinDates(dates);
  return answers.map(({ key }) => {
    const dateKey = years.get(key) ?? key;
    return joined.get(dateKey) ?? names.get(key) ?? key;
  });
}

/**
 * For the keys of entities and of the words that name them, the first key of all that hang together: names of one thing
 * meet, and so do two spellings of one name of which the table knows one.
 */
function joinNames(answers: readonly Answer[]): Map<string, string> {
  const first = new Map<string, string>();
  const find = (key: string): string => {
    let root = key;
    for (let next = first.get(root); next !== undefined && next !== root; next = first.get(root)) root = next;
    return root;
  };
  for (const answer of answers) {
    if (answer.kind !== 'entity') continue;
    const [one, other] = [find(answer.key), find(answer.text)].sort(compareText) as [string, string];
    first.set(one, one).set(other, one);
  }
  return new Map([...first.keys()].map((key) => [key, find(key)]));
}

/** From the finest precision to the coarsest; a date takes the key of the only finer one that it may mean. */
function joinDates(dates: ReadonlyMap<string, CalendarDate>): Map<string, string> {
  const order = [...dates].sort((a, b) => precisionOf(b[1]) - precisionOf(a[1]) || compareText(a[0], b[0]));
  const joined = new Map<string, string>();
  for (const [key, date] of order) {
    const candidates = new Set<string>();
    for (const [other, target] of joined) {
      const finer = dates.get(other)!;
      if (precisionOf(finer) > precisionOf(date) && sameDate(date, finer)) candidates.add(target);
    }
    const [only] = candidates;
    joined.set(key, candidates.size === 1 ? only! : key);
  }
  return joined;
}
