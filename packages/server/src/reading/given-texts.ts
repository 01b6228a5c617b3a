/** The texts that somebody wrote in a body, for the tier of content: on the event loop and on the thread the same. */
import type { DocumentsRequest, FeedbackRequest } from '@vortexflow/protocol';
import type { GivenText } from '../validation/checks.ts';
import type { CheckedRow } from './checked-json.ts';

function* ofDocuments({ documents }: DocumentsRequest): Generator<GivenText> {
  for (const [i, { title, text }] of documents.entries()) {
    yield { pointer: `/documents/${i}/title`, text: title };
    yield { pointer: `/documents/${i}/text`, text };
  }
}

function* ofFeedback({ answer }: FeedbackRequest): Generator<GivenText> {
  const answers = typeof answer === 'string' ? [answer] : (answer ?? []);
  for (const [i, text] of answers.entries()) yield { pointer: answers === answer ? `/answer/${i}` : '/answer', text };
}

/** @param value that has passed its schema */
export function givenTexts(row: CheckedRow, value: unknown): Iterable<GivenText> {
  return row === 'documents' ? ofDocuments(value as DocumentsRequest) : ofFeedback(value as FeedbackRequest);
}
