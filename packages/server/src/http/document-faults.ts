/** Where in a request a document stands that the knowledge does not take. */
import type { NewDocument } from '@vortexflow/knowledge';
import { CodedError } from '@vortexflow/primitives';
import { detailed } from './problems.ts';

type Field = 'id' | 'text' | 'format';
/** A JSON pointer to a field of the document at this place. */
export type DocumentPointer = (place: number, field: Field) => string;

export const inBody: DocumentPointer = (place, field) => `/documents/${place}/${field}`;

/** By the code of the error: the field that is at fault, and what is taken there. */
const FAULTS: Readonly<Record<string, readonly [field: Field, expected: string]>> = {
  document_id_taken: ['id', 'an id that no other node has'],
  document_repeated: ['id', 'each id once'],
  document_of_another: ['id', 'a new id, or one on this account'],
  document_malformed: ['text', 'a text of the format that is named'],
  format_unknown: ['format', 'a format that this server reads'],
};

/** The same failure, with the place of the document when it is about one. */
export function placedFault(
  failure: unknown,
  documents: readonly Pick<NewDocument, 'id' | 'format'>[],
  pointer: DocumentPointer,
): unknown {
  if (!(failure instanceof CodedError) || !Object.hasOwn(FAULTS, failure.code)) return failure;
  const [field, expected] = FAULTS[failure.code] as (typeof FAULTS)[string];
  const { id, format } = failure.details ?? {};
  const isMeant = (document: (typeof documents)[number]): boolean =>
    id === undefined ? document.format?.startsWith(String(format)) === true : document.id === id;
  // Of an id that comes twice, the second is one too many.
  const place = documents.findLastIndex(isMeant);
  return detailed(failure, { pointer: pointer(Math.max(0, place), field), expected });
}
