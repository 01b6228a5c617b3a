import { type CodedError, errorFactory } from '@vortexflow/primitives';

/** Everything this package can refuse or fail with. */
const ERRORS = {
  actor_spec_invalid: {
    type: 'ValidationError',
    status: 500,
    recovery: 'Propagate',
    message: 'The specification of "{id}" is wrong: {problem}.',
  },
  actor_unknown: {
    type: 'NotFoundError',
    status: 500,
    recovery: 'Propagate',
    message: 'There is no child "{id}" here.',
  },
  actor_start_failed: {
    type: 'ActorError',
    status: 503,
    recovery: 'Retry',
    message: 'The child "{id}" could not start.',
  },
  actor_start_timeout: {
    type: 'TimeoutError',
    status: 503,
    recovery: 'Retry',
    message: 'The actor "{id}" was not ready within {initMs} ms.',
  },
  actor_ended: {
    type: 'ActorError',
    status: 503,
    recovery: 'Retry',
    message: 'The {kind} of the actor "{id}" ended: {how}.',
  },
  actor_hung: {
    type: 'TimeoutError',
    status: 503,
    recovery: 'Retry',
    message: 'The actor "{id}" gave no sign of life for {hangMs} ms and was ended.',
    hint: 'A handler that works longer calls ctx.beat().',
  },
  actor_module_invalid: {
    type: 'ValidationError',
    status: 500,
    recovery: 'Propagate',
    message: 'The module of the actor has no export "{name}" with init and handle.',
  },
  fault_plan_invalid: {
    type: 'ValidationError',
    status: 500,
    recovery: 'Propagate',
    message: 'The fault for "{path}" is wrong: {problem}.',
  },
  actor_not_placed: {
    type: 'ValidationError',
    status: 500,
    recovery: 'Propagate',
    message: 'The actor "{id}" is not placed on a thread or in a process.',
  },
  actor_not_local: {
    type: 'ValidationError',
    status: 500,
    recovery: 'Propagate',
    message: 'The actor "{id}" is placed elsewhere: {what} works only inline.',
  },
  actor_system_stopped: {
    type: 'ActorError',
    status: 503,
    recovery: 'Propagate',
    message: 'The actor system has been stopped.',
  },
  ask_timeout: {
    type: 'TimeoutError',
    status: 504,
    recovery: 'Retry',
    message: 'The actor "{id}" did not answer within {timeoutMs} ms.',
  },
  ask_aborted: {
    type: 'AbortError',
    status: 499,
    recovery: 'Propagate',
    message: 'The question to "{id}" was aborted.',
  },
  ask_crashed: {
    type: 'ActorError',
    status: 503,
    recovery: 'Retry',
    message: 'The actor "{id}" crashed while it held the question.',
  },
  ask_stopped: {
    type: 'ActorError',
    status: 503,
    recovery: 'Retry',
    message: 'The actor "{id}" has stopped.',
  },
  ask_refused: {
    type: 'OverloadError',
    status: 503,
    recovery: 'Retry',
    message: 'The mailbox of "{id}" is full.',
  },
  ask_not_cloneable: {
    type: 'ValidationError',
    status: 500,
    recovery: 'Propagate',
    message: 'The message or the answer of "{id}" cannot go to another thread or process.',
    hint: 'Send plain data: no functions, no class instances with private parts.',
  },
  snapshot_refused: {
    type: 'StorageError',
    status: 500,
    recovery: 'Fallback',
    message: 'The snapshot of "{id}" cannot be used; the actor starts afresh.',
  },
  snapshot_failed: {
    type: 'StorageError',
    status: 500,
    recovery: 'Ignore',
    message: 'A snapshot of "{id}" could not be made or stored.',
  },
  ask_unanswered: {
    type: 'ActorError',
    status: 500,
    recovery: 'Propagate',
    message: 'The actor "{id}" handled the question without an answer.',
    hint: 'Call ctx.reply in the handler, or ctx.deferReply to answer later.',
  },
} as const;

/** Code of an error of this package. */
export type ActorErrorCode = Extract<keyof typeof ERRORS, string>;

/** Makes an error of the table. */
export const actorError: (
  code: ActorErrorCode,
  details?: Readonly<Record<string, string | number>>,
  cause?: unknown,
) => CodedError<ActorErrorCode> = errorFactory(ERRORS);
