/**
 * Comparing two things by facts that their texts state: who was born first, which is higher, whether both are a kind
 * of something. Without both facts, or when they are equal as far as they are known, there is no answer.
 */
import type { KnowledgeBase } from '@vortexflow/knowledge';
import type { Argument, Comparison, Interpretation } from '../../understanding/intents.ts';
import { nodeKey } from '../contract.ts';
import { splitSentences } from '../evidence.ts';
import type { Finding, Findings } from '../flux/finding.ts';
import { solveKind } from '../flux/kinship.ts';
import type { Walk } from '../flux/walk.ts';
import { weighSenses } from '../senses.ts';
import { measureOf, numberOf, type Span, spanOf } from './facts.ts';
import {
  BASE_UNITS,
  compareDates,
  compareQuantities,
  type DateValue,
  type Quantity,
  sayDate,
  type Verdict,
} from './values.ts';

/** A fact of one thing, ready to be compared. */
interface Fact {
  /** -1 when the thing is a number and no entry. */
  readonly node: number;
  readonly label: string;
  readonly said: string;
  readonly date: DateValue | null;
  readonly quantity: Quantity | null;
}

/** Facts stand in the text itself; the wrong bearer of a name is the main risk. */
const CONFIDENCE = 0.93;

export function solveComparison(walk: Walk, interpretation: Interpretation): Findings {
  const { comparison, arguments: args, verify } = interpretation;
  const [left, right, kind] = args;
  if (!comparison || !left || !right) return [];
  if (comparison.property === 'kind') return kind ? bothAre(walk, interpretation, [left, right], kind) : [];
  const one = factOf(walk.knowledge, left, comparison);
  const other = factOf(walk.knowledge, right, comparison);
  if (!one || !other) return [];
  const order = compareFacts(one, other);
  if (order === null) return [];
  const isFirst = (order === 'less') === (comparison.pick === 'least');
  const facts = isFirst ? [one, other] : [other, one];
  const said = facts.map((fact) => (fact.said === fact.label ? fact.label : `${fact.label} (${fact.said})`));
  const path = facts[0] && facts[0].node >= 0 ? [facts[0].node] : [];
  const support = facts.flatMap(({ node }) => (node >= 0 ? [node] : []));
  for (const _ of support) walk.visit();
  if (!verify) {
    const [winner] = facts as [Fact];
    const key = winner.node >= 0 ? nodeKey(walk.knowledge.idOf(winner.node)) : `number:${winner.label}`;
    walk.settle(key);
    return [{ answer: said.join(', not '), key, confidence: CONFIDENCE, path, support }];
  }
  const key = isFirst ? 'yes' : 'no';
  walk.settle(key);
  const claim = `${one.label} ${one.said}, ${other.label} ${other.said}`;
  return [{ answer: `${isFirst ? 'Yes' : 'No'}: ${claim}.`, key, confidence: CONFIDENCE, path, support }];
}

/** The order of two facts of the same sort. */
function compareFacts(one: Fact, other: Fact): Verdict {
  if (one.date && other.date) return compareDates(one.date, other.date);
  return one.quantity && other.quantity ? compareQuantities(one.quantity, other.quantity) : null;
}

/** The fact of the likeliest meaning that has one: a name without it is another bearer of the name. */
function factOf(knowledge: KnowledgeBase, argument: Argument, comparison: Comparison): Fact | null {
  const written = comparison.property === 'size' ? numberOf(argument.text) : null;
  if (written) return { node: -1, label: argument.text, said: argument.text, date: null, quantity: written };
  for (const { node } of weighSenses(knowledge, argument)) {
    const fact = factAt(knowledge, node, comparison);
    if (fact) return fact;
  }
  return null;
}

function factAt(knowledge: KnowledgeBase, node: number, { property }: Comparison): Fact | null {
  const label = knowledge.labelOf(node);
  const text = leadOf(knowledge, node);
  if (property === 'begin' || property === 'end') {
    const date = spanOf(text)?.[property] ?? null;
    return date && { node, label, said: sayDate(date), date, quantity: null };
  }
  const quantity = property === 'span' ? lengthOfSpan(spanOf(text)) : quantityAt(knowledge, node, text);
  const isAsked = quantity && (property === 'size' || property === 'span' || quantity.dimension === property);
  return isAsked ? { node, label, said: sayQuantity(quantity), date: null, quantity } : null;
}

/** What an entry says of its own subject: all of a gloss, the opening of a document. */
function leadOf(knowledge: KnowledgeBase, node: number): string {
  const text = knowledge.textOf(node);
  return knowledge.isAdded(node) ? splitSentences(text).slice(0, OPENING).join(' ') : text;
}

const OPENING = 3;

const quantityAt = (knowledge: KnowledgeBase, node: number, text: string): Quantity | null =>
  measureOf(text) ??
  knowledge
    .namesOf(node)
    .map(numberOf)
    .find((number) => number !== null) ??
  null;

function lengthOfSpan(span: Span | null): Quantity | null {
  if (!span?.begin || !span.end || span.begin.isRough || span.end.isRough) return null;
  const years = span.end.year - span.begin.year;
  // Whole years say a life's length to a year only; a near tie is none of our business.
  return years > 0 ? { value: years, dimension: 'span' } : null;
}

const sayQuantity = ({ value, dimension }: Quantity): string =>
  `${Number(value.toPrecision(6))}${BASE_UNITS[dimension]}`;

/** Both are when each is; one that is not makes it a no. */
function bothAre(walk: Walk, interpretation: Interpretation, things: readonly Argument[], kind: Argument): Findings {
  const answers: Finding[] = [];
  for (const thing of things) {
    const [finding] = solveKind(walk, { ...interpretation, intent: 'is_a', arguments: [thing, kind] });
    if (!finding) return [];
    answers.push(finding);
  }
  const no = answers.find(({ key }) => key === 'no');
  if (no) return [no];
  const answer = `Yes: ${answers.map((finding) => finding.answer.replace(/^Yes: |\.$/g, '')).join('; ')}.`;
  const confidence = Math.min(...answers.map((finding) => finding.confidence));
  const support = answers.flatMap(({ path }) => path);
  return [{ answer, key: 'yes', confidence, path: answers[0]?.path ?? [], support }];
}
