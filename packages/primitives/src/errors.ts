/**
 * Errors are one table: code -> status, recovery strategy, message, hint. A misspelt code does not compile, and the
 * table, the documentation and the wire can be tested against each other.
 */

/** What a caller can sensibly do next. */
export type RecoveryStrategy = 'Retry' | 'Fallback' | 'Propagate' | 'Ignore';

/** One row of an error table. */
export interface ErrorDefinition {
  /** Family shown to people and logs, e.g. `ValidationError`. */
  readonly type: string;
  /** HTTP status this error becomes at the edge (RFC 9110). */
  readonly status: number;
  readonly recovery: RecoveryStrategy;
  /** Sentence for a person; may hold `{name}` places filled from the details. */
  readonly message: string;
  /** What to try, when there is something to try. */
  readonly hint?: string;
}

/** Values that fill the places of a message and travel to the caller as `details`. Never secrets, paths or stacks. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** An error from a table. Everything on it may be shown to the caller; the `cause` may not. */
export class CodedError<Code extends string = string> extends Error {
  override readonly name = 'CodedError';
  readonly code: Code;
  readonly definition: ErrorDefinition;
  readonly details: ErrorDetails | undefined;

  constructor(code: Code, definition: ErrorDefinition, details?: ErrorDetails, cause?: unknown) {
    super(fillPlaces(definition.message, details), cause === undefined ? undefined : { cause });
    this.code = code;
    this.definition = definition;
    this.details = details;
  }

  /** The hint with its places filled, if the table has one. */
  get hint(): string | undefined {
    return this.definition.hint === undefined ? undefined : fillPlaces(this.definition.hint, this.details);
  }
}

/** Makes errors of one table: `const fail = errorFactory(TABLE); throw fail('input_empty')`. */
export function errorFactory<Table extends Readonly<Record<string, ErrorDefinition>>>(table: Table) {
  return <Code extends Extract<keyof Table, string>>(code: Code, details?: ErrorDetails, cause?: unknown) =>
    new CodedError<Code>(code, table[code] as ErrorDefinition, details, cause);
}

function fillPlaces(text: string, details?: ErrorDetails): string {
  if (!details) return text;
  return text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = details[name];
    return value === undefined ? place : Array.isArray(value) ? value.join(', ') : String(value);
  });
}
