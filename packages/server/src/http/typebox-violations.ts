/** What the compiled schemas find, in the words in which the HTTP library's own validation refuses all other requests. */
import type { TLocalizedValidationError } from 'typebox/error';
import { detailsOf, type Violation, type ViolationDetails } from './violations.ts';

/** As `Errors` of a compiled schema lists it. */
export type Found = Pick<TLocalizedValidationError, 'keyword' | 'schemaPath' | 'instancePath' | 'params' | 'message'>;

/** The first that is wrong with a body. @param found at least one */
export function bodyViolation(schema: object, value: unknown, found: readonly Found[]): ViolationDetails {
  const first = found.find((one) => !isEcho(one)) ?? found[0]!;
  return detailsOf(asViolation(first, schema, value), 'body');
}

/** Errors that only repeat, in other words, what another one of the same place says. */
const isEcho = ({ keyword, params }: Found): boolean =>
  keyword === 'boolean' || keyword === 'anyOf' || (keyword === 'type' && 'type' in params && params.type === 'null');

function asViolation(
  { keyword, schemaPath, instancePath, params, message }: Found,
  schema: object,
  value: unknown,
): Violation {
  const first = (name: string): unknown => (params as Record<string, unknown[] | undefined>)[name]?.[0];
  return {
    keyword,
    instancePath,
    message,
    params: {
      ...params,
      additionalProperty: first('additionalProperties'),
      missingProperty: first('requiredProperties'),
    },
    parentSchema: at(schema, schemaPath.slice(1)) ?? {},
    data: at(value, instancePath),
  };
}

/** What a JSON pointer points to (RFC 6901). */
function at(whole: unknown, pointer: string): unknown {
  let part = whole;
  for (const name of pointer.split('/').slice(1))
    part = (part as Record<string, unknown> | undefined)?.[name.replaceAll('~1', '/').replaceAll('~0', '~')];
  return part;
}
