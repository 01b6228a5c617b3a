/** Every error that can cross the wire. One table: documentation, types and tests read it. */
import { errorFactory, type ErrorDefinition } from '@vortexflow/primitives';
import { type Static, Type } from 'typebox';
import { RECOVERY_STRATEGIES } from './words.ts';

const define = <Table extends Record<string, ErrorDefinition>>(table: Table): Readonly<Table> => Object.freeze(table);

export const WIRE_ERRORS = define({
  body_not_json: {
    type: 'ValidationError',
    status: 400,
    recovery: 'Propagate',
    message: 'The body is not valid JSON.',
    hint: 'Send one JSON object, for example {"input": "What is consciousness?"}.',
  },
  body_empty: {
    type: 'ValidationError',
    status: 400,
    recovery: 'Propagate',
    message: 'The body is empty.',
    hint: 'Send one JSON object, for example {"input": "What is consciousness?"}.',
  },
  request_invalid: {
    type: 'ValidationError',
    status: 400,
    recovery: 'Propagate',
    message: '{problem}',
    hint: 'The fields and their limits are at /docs.',
  },
  input_blank: {
    type: 'ValidationError',
    status: 400,
    recovery: 'Propagate',
    message: '"input" holds no question, only blank space.',
    hint: 'Send a question of 1 to 8,192 characters.',
  },
  host_invalid: {
    type: 'ValidationError',
    status: 400,
    recovery: 'Propagate',
    message: 'The Host header does not name this server.',
    hint: 'Use the address that the start-up card shows.',
  },
  unauthenticated: {
    type: 'AccessError',
    status: 401,
    recovery: 'Propagate',
    message: 'This needs the owner key.',
    hint: 'Send it as "Authorization: Bearer KEY"; "vortexflow key" prints it on the machine that runs the server.',
  },
  forbidden: {
    type: 'AccessError',
    status: 403,
    recovery: 'Propagate',
    message: 'This caller may not do that.',
  },
  not_found: {
    type: 'NotFoundError',
    status: 404,
    recovery: 'Propagate',
    message: 'There is nothing at this address.',
    hint: 'All addresses are listed at /docs.',
  },
  node_not_found: {
    type: 'NotFoundError',
    status: 404,
    recovery: 'Propagate',
    message: 'No node has the id "{id}".',
    hint: 'Find nodes with /api/v1/graph/search?q=...',
  },
  document_not_found: {
    type: 'NotFoundError',
    status: 404,
    recovery: 'Propagate',
    message: 'No document has the id "{id}".',
  },
  answer_not_found: {
    type: 'NotFoundError',
    status: 404,
    recovery: 'Propagate',
    message: 'No answer with the request id "{id}" is kept.',
    hint: 'The latest answers are kept; ask again and use the request_id of the response.',
  },
  trace_not_found: {
    type: 'NotFoundError',
    status: 404,
    recovery: 'Propagate',
    message: 'No trace of the answer "{id}" is kept.',
    hint: 'Traces of the latest answers are kept until the server stops; ask again.',
  },
  path_not_found: {
    type: 'NotFoundError',
    status: 404,
    recovery: 'Propagate',
    message: 'No path joins "{from}" and "{to}".',
  },
  pin_not_found: {
    type: 'NotFoundError',
    status: 404,
    recovery: 'Propagate',
    message: 'The node "{id}" is not pinned.',
    hint: 'Pinned nodes are listed at /api/v1/layout.',
  },
  method_not_allowed: {
    type: 'ValidationError',
    status: 405,
    recovery: 'Propagate',
    message: 'This address does not take {method}.',
    hint: 'It takes {allowed}.',
  },
  body_too_large: {
    type: 'ValidationError',
    status: 413,
    recovery: 'Propagate',
    message: 'The body is larger than {limit_bytes} bytes.',
    hint: 'Send less at once.',
  },
  input_too_long: {
    type: 'ValidationError',
    status: 413,
    recovery: 'Propagate',
    message: '"input" has more than {limit} characters.',
    hint: 'Shorten the question to 8,192 characters.',
  },
  media_type_unsupported: {
    type: 'ValidationError',
    status: 415,
    recovery: 'Propagate',
    message: 'The content type is not application/json.',
    hint: 'Send the header "content-type: application/json".',
  },
  encoding_unsupported: {
    type: 'ValidationError',
    status: 415,
    recovery: 'Propagate',
    message: 'Compressed bodies are not taken.',
    hint: 'Send the body without a content-encoding.',
  },
  content_refused: {
    type: 'ValidationError',
    status: 400,
    recovery: 'Propagate',
    message: 'The text looks like an attack ({flags}), and this server is set to refuse such texts.',
    hint: 'Ask in other words; or set VALIDATION_MODE to flag, which only remarks on them.',
  },
  internal: {
    type: 'InternalError',
    status: 500,
    recovery: 'Retry',
    message: 'Something went wrong inside the server; the log has the details under this request id.',
  },
  reasoners_failed: {
    type: 'ReasoningError',
    status: 503,
    recovery: 'Retry',
    message: 'No reasoner could answer: {outcomes}.',
    hint: 'Failed reasoners restart by themselves; try again in a second.',
  },
  reasoners_late: {
    type: 'TimeoutError',
    status: 503,
    recovery: 'Retry',
    message: 'No reasoner answered within {timeout_ms} ms.',
    hint: 'Ask again with a larger timeout_ms.',
  },
  overloaded: {
    type: 'AvailabilityError',
    status: 503,
    recovery: 'Retry',
    message: 'More is asked than can be answered: this question would wait {wait_ms} ms and has {left_ms} ms.',
    hint: 'Ask again later, or with a larger timeout_ms.',
  },
  deadline_passed: {
    type: 'TimeoutError',
    status: 503,
    recovery: 'Retry',
    message: 'The deadline of the request passed before it could begin.',
    hint: 'Ask again with a larger timeout_ms.',
  },
  resources_busy: {
    type: 'AvailabilityError',
    status: 503,
    recovery: 'Retry',
    message: 'There is no room for this request now.',
    hint: 'Send it again after a second.',
  },
  analytics_late: {
    type: 'TimeoutError',
    status: 503,
    recovery: 'Retry',
    message: 'The measure "{measure}" was not computed within {timeout_ms} ms.',
    hint: 'Try again when the server is less busy, or with a smaller k.',
  },
  learning_failed: {
    type: 'AvailabilityError',
    status: 503,
    recovery: 'Retry',
    message: 'The feedback could not be kept, and nothing was learned.',
    hint: 'Look at the log of the server: its disk may be full.',
  },
  analytics_busy: {
    type: 'AvailabilityError',
    status: 503,
    recovery: 'Retry',
    message: '{waiting} other analyses are waiting already.',
    hint: 'One is computed at a time; try again in a few seconds.',
  },
  fuse_late: {
    type: 'TimeoutError',
    status: 503,
    recovery: 'Retry',
    message: 'The batch was not fused within {timeout_ms} ms.',
    hint: 'Send fewer items to learn from, or try again when the server is less busy.',
  },
  fuse_busy: {
    type: 'AvailabilityError',
    status: 503,
    recovery: 'Retry',
    message: '{waiting} other batches are waiting already.',
    hint: 'One is fused at a time; try again in a few seconds.',
  },
  positions_unavailable: {
    type: 'AvailabilityError',
    status: 503,
    recovery: 'Retry',
    message: 'The measure "{measure}" needs positions, and the layout is not running.',
    hint: 'Measures of edges work without it: degree, pagerank, components, communities, labels.',
  },
  layout_busy: {
    type: 'AvailabilityError',
    status: 503,
    recovery: 'Retry',
    message: 'A finishing pass is under way already.',
    hint: 'One runs at a time; try again in a few seconds.',
  },
  layout_unavailable: {
    type: 'AvailabilityError',
    status: 503,
    recovery: 'Retry',
    message: 'The layout has stopped on the way, or is not running.',
    hint: 'Its state is at /api/v1/layout; it starts again by itself.',
  },
  not_ready: {
    type: 'AvailabilityError',
    status: 503,
    recovery: 'Retry',
    message: 'The knowledge is still loading ({progress}).',
    hint: '/health/ready answers 200 once it is loaded.',
  },
  serving_lost: {
    type: 'AvailabilityError',
    status: 503,
    recovery: 'Retry',
    message: 'The process that worked on this request ended; whether the request took effect is not known.',
    hint: 'Look first whether it did.',
  },
  serving_unavailable: {
    type: 'AvailabilityError',
    status: 503,
    recovery: 'Retry',
    message: 'No process can take this request now.',
    hint: 'It is started again by itself; /health tells how far it is.',
  },
});

/** Name of a row of {@link WIRE_ERRORS}. */
export type WireErrorCode = keyof typeof WIRE_ERRORS;

/** Makes an error of the wire table: `throw wireError('node_not_found', { id })`. */
export const wireError = errorFactory(WIRE_ERRORS);

/** Body of every response with a status of 400 or more; its names are compatible with RFC 9457. */
export const ErrorResponse = Type.Object(
  {
    error_type: Type.String(),
    message: Type.String(),
    code: Type.String(),
    status: Type.Integer(),
    title: Type.String({ description: 'Same as error_type, under the name of RFC 9457.' }),
    flux_position: Type.Integer({ minimum: 0, maximum: 9 }),
    sacred_position: Type.Union([Type.Integer(), Type.Null()]),
    recovery_strategy: Type.Enum([...RECOVERY_STRATEGIES]),
    request_id: Type.String(),
    hint: Type.Optional(Type.String()),
    details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { $id: 'ErrorResponse' },
);
export type ErrorResponse = Static<typeof ErrorResponse>;
