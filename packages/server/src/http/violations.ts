/** What a JSON schema does not take, in words: the sentence, where, what is expected, and what to change. */
import { nearest } from '@vortexflow/validation';

/** As ajv tells it; the last two only in its verbose form. */
export interface Violation {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Record<string, unknown>;
  readonly message?: string;
  readonly parentSchema?: { readonly properties?: object };
  readonly data?: unknown;
}

/** Details of a refusal. `pointer` is a JSON pointer: into the body, or below `/querystring`, `/params`, `/headers`. */
export interface ViolationDetails {
  readonly problem: string;
  readonly field?: string;
  readonly pointer: string;
  readonly expected: string;
  readonly suggestion?: string;
}

/** @param where the part of the request: `body`, `querystring`, `params` or `headers` */
export function detailsOf(violation: Violation, where: string): ViolationDetails {
  const field = violation.instancePath.replace(/^\//, '').replaceAll('/', '.');
  const suggestion = suggestionOf(violation);
  return {
    problem: sentence(violation, where, field),
    ...(field === '' ? {} : { field }),
    pointer: `${where === 'body' ? '' : `/${where}`}${violation.instancePath}${memberOf(violation)}`,
    expected: expectedOf(violation),
    ...(suggestion === null ? {} : { suggestion }),
  };
}

/** The key that is too much or missing, as the end of a pointer. */
function memberOf({ keyword, params }: Violation): string {
  const member =
    keyword === 'additionalProperties'
      ? params['additionalProperty']
      : keyword === 'required'
        ? params['missingProperty']
        : undefined;
  return typeof member === 'string' ? `/${member.replaceAll('~', '~0').replaceAll('/', '~1')}` : '';
}

const namesOf = ({ parentSchema }: Violation): string[] => Object.keys(parentSchema?.properties ?? {});

function expectedOf(violation: Violation): string {
  const { keyword, params, message } = violation;
  const limit = String(params['limit']);
  switch (keyword) {
    case 'additionalProperties':
      return namesOf(violation).length > 0 ? `no other keys than ${namesOf(violation).join(', ')}` : 'no further keys';
    case 'required':
      return 'a value';
    case 'enum':
      return `one of ${(params['allowedValues'] as unknown[]).join(', ')}`;
    case 'type':
      return article(String(params['type']));
    case 'minLength':
      return `at least ${limit} characters`;
    case 'maxLength':
      return `at most ${limit} characters`;
    case 'minItems':
      return `at least ${limit} elements`;
    case 'maxItems':
      return `at most ${limit} elements`;
    case 'minimum':
      return `at least ${limit}`;
    case 'maximum':
      return `at most ${limit}`;
    case 'exclusiveMinimum':
      return `more than ${limit}`;
    case 'exclusiveMaximum':
      return `less than ${limit}`;
    case 'pattern':
      return `a text of the form ${String(params['pattern'])}`;
    case 'minProperties':
      return `at least ${limit} of its keys`;
    default:
      return message ?? 'another value';
  }
}

function suggestionOf(violation: Violation): string | null {
  const { keyword, params, data } = violation;
  if (keyword === 'additionalProperties') {
    const near = nearest(String(params['additionalProperty']), namesOf(violation));
    return near ? `Did you mean "${near}"?` : 'Leave the key out.';
  }
  if (keyword === 'required') return `Add "${String(params['missingProperty'])}".`;
  if (keyword === 'enum' && typeof data === 'string') {
    const near = nearest(data, (params['allowedValues'] as unknown[]).map(String));
    return near ? `Did you mean "${near}"?` : null;
  }
  if (keyword === 'type' && typeof data === 'string' && Number.isFinite(Number(data)) && data.trim() !== '')
    return `Write it without quotes: ${data.slice(0, 32)}.`;
  return null;
}

/** A violation as a sentence for a person. */
function sentence({ keyword, params, message }: Violation, where: string, field: string): string {
  const name = field ? `"${field}"` : `the ${where}`;
  const limit = String(params['limit']);
  switch (keyword) {
    case 'additionalProperties':
      return `Unknown key "${String(params['additionalProperty'])}" in ${name}.`;
    case 'required':
      return `"${String(params['missingProperty'])}" is missing in ${name}.`;
    case 'enum':
      return `${capital(name)} must be one of ${(params['allowedValues'] as unknown[]).join(', ')}.`;
    case 'type':
      return `${capital(name)} must be ${article(field ? String(params['type']) : `JSON ${String(params['type'])}`)}.`;
    case 'minLength':
      return limit === '1'
        ? `${capital(name)} must not be empty.`
        : `${capital(name)} must have at least ${limit} characters.`;
    case 'maxLength':
      return `${capital(name)} must have at most ${limit} characters.`;
    case 'minimum':
      return `${capital(name)} must be at least ${limit}.`;
    case 'maximum':
      return `${capital(name)} must be at most ${limit}.`;
    case 'exclusiveMinimum':
      return `${capital(name)} must be greater than ${limit}.`;
    case 'exclusiveMaximum':
      return `${capital(name)} must be less than ${limit}.`;
    default:
      return `${capital(name)} ${message ?? 'is not valid'}.`;
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const article = (noun: string): string => `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`;
