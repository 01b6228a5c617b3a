/** What an answer says, in words: pure functions over the response, so that nothing is claimed that it does not say. */
import type { OpinionSummary, ProcessResponse } from '@vortexflow/protocol';

/** How an opinion stands to the others. */
export type Stance = 'agrees' | 'chosen' | 'differs' | 'alone' | 'abstained' | 'lost';

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Names of reasoners for people. */
export const reasonerName = (source: string): string =>
  ({ asi: 'semantic', flux: 'flux', fusion: 'fusion' })[source] ?? source;

/**
 * How each opinion stands to the others, in their order: `agrees` with at least one other; was `chosen` against others;
 * `differs` from all that answered; or is the only one that did.
 *
 * @param result the fused answer, null while it is not known
 */
export function stances(opinions: readonly OpinionSummary[], result: string | null): Stance[] {
  const answers = opinions.map(({ answer, outcome }) => (outcome === 'answered' && answer ? plain(answer) : null));
  const answered = answers.filter((answer) => answer !== null).length;
  return opinions.map(({ outcome }, i) => {
    if (outcome === 'failed' || outcome === 'timeout') return 'lost';
    if (answers[i] === null) return 'abstained';
    if (answered === 1) return 'alone';
    if (answers.some((other, j) => j !== i && other === answers[i])) return 'agrees';
    return result !== null && plain(result) === answers[i] ? 'chosen' : 'differs';
  });
}

/** Sign and word of a stance: never colour alone. */
export const STANCE_WORDS: Readonly<Record<Stance, readonly [sign: string, word: string]>> = {
  agrees: ['=', 'agree'],
  chosen: ['✓', 'chosen'],
  differs: ['≠', 'differs'],
  alone: ['1', 'only one'],
  abstained: ['–', 'abstained'],
  lost: ['✕', 'lost'],
};

/** Reasoners that were not heard, and why. */
export function lostReasoners(opinions: readonly OpinionSummary[]): string[] {
  return opinions
    .filter(({ outcome }) => outcome === 'failed' || outcome === 'timeout')
    .map(({ source, outcome }) => `${reasonerName(source)} ${outcome === 'timeout' ? 'was late' : 'failed'}`);
}

/** What stands over the answer. */
export function headline(answer: Pick<ProcessResponse, 'answered' | 'result'>): string {
  return answer.answered && answer.result !== null ? answer.result : 'I don’t know';
}

const NOTHING = 'Nothing that was found supports an answer. The nearest is below.';
const WITHHELD = 'What the reasoners found is not sure enough to be given as an answer; it is below.';

/** The line under it, by kind. */
export function explanation(answer: ProcessResponse): string {
  const lost = lostReasoners(answer.opinions);
  const without = lost.length > 0 ? `Without a part of the reasoners: ${lost.join(', ')}.` : '';
  switch (answer.metadata.kind) {
    case 'abstained':
      return [answer.confidence > 0 ? WITHHELD : NOTHING, without].filter(Boolean).join(' ');
    case 'degraded':
      return without || 'Degraded: not every reasoner was heard.';
    default:
      if (answer.metadata.consensus_achieved) return 'Independent reasoners agree.';
      return stances(answer.opinions, answer.result).includes('differs') ? 'The reasoners differ; see below.' : '';
  }
}

/** What the number in the ring is. */
export const confidenceLabel = (calibrated: boolean): readonly [name: string, remark: string] =>
  calibrated ? ['confidence', 'calibrated'] : ['score', 'not calibrated yet'];

/** Nodes to light for an answer, and whether they are a way from one to the next. */
export function litNodes(answer: Pick<ProcessResponse, 'path' | 'evidence'>): { ids: string[]; joined: boolean } {
  if (answer.path.length > 0) return { ids: answer.path, joined: answer.path.length > 1 };
  return { ids: [...new Set(answer.evidence.map(({ id }) => id))], joined: false };
}
