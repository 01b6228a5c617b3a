/** Errors of changing the knowledge. */
import { errorFactory } from '@vortexflow/primitives';

const KNOWLEDGE_ERRORS = {
  document_id_taken: {
    type: 'ValidationError',
    status: 400,
    recovery: 'Propagate',
    message: 'The id "{id}" already belongs to a node that is not this document.',
    hint: 'Choose another id.',
  },
  document_repeated: {
    type: 'ValidationError',
    status: 400,
    recovery: 'Propagate',
    message: 'The id "{id}" appears twice in one request.',
    hint: 'Send each document once.',
  },
  document_malformed: {
    type: 'ValidationError',
    status: 400,
    recovery: 'Propagate',
    message: 'The document "{id}" cannot be read. {reason}',
    hint: 'Nothing of this request was taken.',
  },
} as const;

export const knowledgeError = errorFactory(KNOWLEDGE_ERRORS);
