/** What a tier says when it refuses: enough to repair the request without reading the documentation. */

/**
 * `syntax`: not JSON at all. `structure`: JSON, or HTTP, of a shape that is never taken. `host`, `method`, `encoding`:
 * those parts of the head. `content`: strict mode only. `state`: right in itself, wrong for this server as it is now;
 * `missing`: it names what is not there. `late`: its deadline has passed. `busy`: would be taken later. `size`: more than
 * this server takes at any time.
 */
export type RefusalKind =
  | 'syntax'
  | 'structure'
  | 'host'
  | 'method'
  | 'encoding'
  | 'content'
  | 'state'
  | 'missing'
  | 'late'
  | 'busy'
  | 'size';

/** What a request may name: a node by its id or by its place in the frames, an answer by its request id. */
export type Thing = 'node' | 'place' | 'answer';

export interface Refusal {
  readonly kind: RefusalKind;
  /** Where, as a JSON pointer (RFC 6901): into the body, or `/headers/NAME`, `/target`, `/method` of the head. */
  readonly pointer: string;
  /** One sentence. */
  readonly problem: string;
  /** What is taken there. */
  readonly expected: string;
  /** What to change. */
  readonly suggestion: string;
  /** Of `missing` and `method`: what is not there. */
  readonly name?: string;
  /** Of `missing`: what kind of thing it would be. */
  readonly thing?: Thing;
  /** Of `busy`: when to come again, ms. */
  readonly retryAfterMs?: number;
}

/** Thrown by every tier; nothing else is. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.problem);
    this.refusal = refusal;
  }
}

/** Longest part of a pointer, and longest name that a message repeats, characters. */
const MAX_NAME = 64;

/** A JSON pointer from its parts. */
export function pointerOf(parts: readonly (string | number)[]): string {
  return parts.map((part) => `/${shortened(String(part)).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A name of the caller's as messages repeat it. */
export function shortened(name: string): string {
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME)}…`;
}
