/** Where errors of the wire have their fault, and what was expected there, unless the one who throws them says more. */
import type { ErrorDetails } from '@vortexflow/primitives';

interface Place {
  /** As a JSON pointer, see `Refusal` of the tiers. None: it depends on the route. */
  readonly pointer?: string;
  readonly expected: string;
}

const IF_MATCH = '/headers/if-match';

const PLACES: Readonly<Record<string, Place>> = {
  body_not_json: { pointer: '', expected: 'one JSON value' },
  body_empty: { pointer: '', expected: 'one JSON object' },
  input_blank: { pointer: '/input', expected: 'a question' },
  media_type_unsupported: { pointer: '/headers/content-type', expected: 'application/json' },
  encoding_unsupported: { pointer: '/headers/content-encoding', expected: 'a body without a coding' },
  host_invalid: { pointer: '/headers/host', expected: 'a name of this server' },
  method_not_allowed: { pointer: '/method', expected: 'a method that this address takes' },
  document_not_found: { pointer: '/params/id', expected: 'the id of a stored document' },
  trace_not_found: { pointer: '/params/id', expected: 'the request_id of one of the latest answers' },
  config_invalid: { expected: 'settings that there are, with values that they take' },
  config_needs_restart: { expected: 'settings that can change while the server runs' },
  config_protected: { expected: 'settings that this role may change' },
  config_version_not_found: { expected: 'the number of a version that is kept' },
  config_conflict: { pointer: IF_MATCH, expected: 'the ETag of the configuration as it is' },
  config_unconditional: { pointer: IF_MATCH, expected: 'an ETag of the configuration, or *' },
};

/** The details of an error with what is known of its place. */
export function placed(code: string, details: ErrorDetails | undefined): ErrorDetails | undefined {
  const place = Object.hasOwn(PLACES, code) ? PLACES[code] : undefined;
  // Errors about several fields name them all; the first is where to begin.
  const pointers = details?.['pointers'];
  const first = Array.isArray(pointers) && typeof pointers[0] === 'string' ? { pointer: pointers[0] } : {};
  return place ? { ...place, ...first, ...details } : details;
}
