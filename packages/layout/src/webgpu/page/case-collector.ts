/**
 * What a page imports as `node:test`: keeps what a suite declares, so that the runner outside can run it case by case.
 * Only what the conformance suites use; everything else throws instead of being left out.
 */

type Body = () => unknown;

interface Case {
  readonly name: string;
  readonly body: Body;
}

/** A `describe` with its cases, in the order of their declaration. */
export class Suite {
  readonly name: string;
  readonly cases: Case[] = [];
  readonly beforeAll: Body[] = [];
  readonly afterAll: Body[] = [];

  constructor(name: string) {
    this.name = name;
  }

  caseNames(): string[] {
    return this.cases.map(({ name }) => name);
  }

  /** Runs the hooks that come before the first case. */
  async begin(): Promise<void> {
    for (const hook of this.beforeAll) await hook();
  }

  /** Runs one case. @throws what the case throws (rejects); RangeError when there is no such case */
  async run(at: number): Promise<void> {
    const one = this.cases[at];
    if (!one) throw new RangeError(`there is no case ${at} in ${this.name}`);
    await one.body();
  }

  /** Runs the hooks that come after the last case. */
  async end(): Promise<void> {
    for (const hook of this.afterAll) await hook();
  }
}

let collected: Suite[] | undefined;
let current: Suite | undefined;

/** The suites that a function declares. */
export function collectSuites(declare: () => void): readonly Suite[] {
  const suites: Suite[] = [];
  collected = suites;
  try {
    declare();
  } finally {
    collected = undefined;
  }
  return suites;
}

export function describe(name: string, body: Body): void {
  if (!collected) throw new Error(`nobody collects the suite ${name}`);
  if (current) throw new Error(`the suite ${name} is inside ${current.name}; nested suites are not known here`);
  current = new Suite(name);
  try {
    if (asBody(body)() instanceof Promise) throw new TypeError(`the suite ${name} declares its cases asynchronously`);
    collected.push(current);
  } finally {
    current = undefined;
  }
}

export const it = (name: string, body: Body): void => void openSuite(name).cases.push({ name, body: asBody(body) });

export const before = (hook: Body): void => void openSuite('before').beforeAll.push(asBody(hook));

export const after = (hook: Body): void => void openSuite('after').afterAll.push(asBody(hook));

function openSuite(what: string): Suite {
  if (!current) throw new Error(`${what} stands outside a suite`);
  return current;
}

/** Options like `skip` come where the function is expected, and a callback would never be called: neither may go unnoticed. */
function asBody(body: Body): Body {
  if (typeof body !== 'function' || body.length > 0)
    throw new TypeError('only functions without parameters are known here');
  return body;
}
