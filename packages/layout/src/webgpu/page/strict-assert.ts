/**
 * What a page imports as `node:assert/strict`: the assertions that the conformance suites use, with the verdicts of
 * Node's own, which the test beside compares. What they cannot judge they refuse with a TypeError.
 */

class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

function ok(value: unknown, message?: string): void {
  if (!value) throw new AssertionError(message ?? `${shown(value)} is not truthy`);
}

function equal(actual: unknown, expected: unknown, message?: string): void {
  if (!Object.is(actual, expected)) throw new AssertionError(message ?? unequal(actual, expected));
}

function deepEqual(actual: unknown, expected: unknown, message?: string): void {
  if (!isDeepEqual(actual, expected)) throw new AssertionError(message ?? unequal(actual, expected));
}

/** @param expected properties of the error; a regular expression matches a string */
async function rejects(promise: Promise<unknown>, expected: Readonly<Record<string, unknown>>): Promise<void> {
  if (!(promise instanceof Promise)) throw new TypeError('only promises can be judged here');
  if (!isPlain(expected) || Object.keys(expected).length === 0)
    throw new TypeError('only properties of the error can be judged here');
  await promise.then(
    () => {
      throw new AssertionError('Missing expected rejection.');
    },
    (reason: unknown) => expectProperties(reason as Record<string, unknown>, expected),
  );
}

function expectProperties(error: Readonly<Record<string, unknown>>, expected: Readonly<Record<string, unknown>>): void {
  for (const [name, wanted] of Object.entries(expected)) {
    const found = error[name];
    const fits =
      wanted instanceof RegExp && typeof found === 'string' ? wanted.test(found) : isDeepEqual(found, wanted);
    if (!fits) throw new AssertionError(`${name} of the error: ${unequal(found, wanted)}`);
  }
}

function isDeepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b)) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return haveSameBytes(a, b);
  if (!isComparable(a) || !isComparable(b)) throw new TypeError(`${shown(a)} cannot be compared here`);
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    (!Array.isArray(a) || a.length === (b as unknown as unknown[]).length) &&
    keys.every((key) => Object.hasOwn(b, key) && isDeepEqual(a[key], b[key]))
  );
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isPlain = (value: unknown): boolean => isObject(value) && Object.getPrototypeOf(value) === Object.prototype;

/** Maps, dates and the like keep their contents elsewhere: compared by their keys, all of them would be equal. */
const isComparable = (value: object): boolean =>
  (Array.isArray(value) || isPlain(value)) && Object.getOwnPropertySymbols(value).length === 0;

/** Bit for bit, as Node compares typed arrays: 0 is not -0. */
function haveSameBytes(a: ArrayBufferView, b: ArrayBufferView): boolean {
  if (a.byteLength !== b.byteLength) return false;
  const [left, right] = [a, b].map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return left!.every((byte, at) => byte === right![at]);
}

const MAX_SHOWN = 200;

const unequal = (actual: unknown, expected: unknown): string => `${shown(actual)} is not ${shown(expected)}`;

function shown(value: unknown): string {
  const text = textOf(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
}

/** Unlike JSON it tells -0, NaN and undefined apart, which the verdicts do too. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Object.is(value, -0)) return '-0';
  if (!isObject(value) || value instanceof RegExp) return String(value);
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  const inOrder = Array.isArray(value) || ArrayBuffer.isView(value);
  const parts = Object.entries(value).map(([key, one]) => (inOrder ? textOf(one) : `${key}: ${textOf(one)}`));
  return `${kind} ${inOrder ? '[' : '{'} ${parts.join(', ')} ${inOrder ? ']' : '}'}`;
}

export default { ok, equal, deepEqual, rejects };
