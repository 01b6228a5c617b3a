/** Calls of a server that keeps versions in memory and compares before it sets, for tests of what stands before it. */
import { type ConfigCalls, type ConfigState, VortexflowError } from '@vortexflow/client';
import type { ConfigSchemaResponse, ConfigVersionHead } from '@vortexflow/protocol';

type Values = Readonly<Record<string, number>>;

interface Version {
  readonly head: ConfigVersionHead;
  readonly values: Values;
}

const DEFAULTS: Values = { least: 1, most: 10 };

const rowOf = (name: string): ConfigSchemaResponse['settings'][number] => ({
  name,
  variable: name.toUpperCase(),
  title: name,
  help: '',
  kind: 'integer',
  takes: 'a whole number from 0 to 100',
  unit: null,
  default: DEFAULTS[name],
  applies: 'at once',
  role: 'admin',
  secret: false,
});

export class TestServer implements ConfigCalls {
  readonly #versions: Version[] = [];
  /** What a call throws in place of an answer, once. */
  failure: VortexflowError | null = null;
  /** How many versions from now on are left out of the numbering. */
  gap = 0;

  constructor() {
    this.#add({}, 'start', null);
  }

  #add(values: Values, source: ConfigVersionHead['source'], restored: number | null): void {
    const version = (this.#versions.at(-1)?.head.version ?? 0) + 1 + this.gap;
    const head = { version, hash: `hash${version}`, author: 'owner', time: '2026-11-26T12:00:00Z', source, restored };
    this.#versions.push({ head, values });
  }

  get values(): Values {
    return this.#last.values;
  }

  get #last(): Version {
    return this.#versions.at(-1) as Version;
  }

  #state({ head, values }: Version): ConfigState {
    const names = Object.entries(DEFAULTS).map(([name, fallback]) => {
      const source = values[name] === undefined ? 'default' : 'runtime';
      return [name, { value: values[name] ?? fallback, source, applies: 'at once', changeable: true }] as const;
    });
    const etag = `"${head.version}"`;
    return { ...head, settings: Object.fromEntries(names), problem: null, waiting: [], request_id: '', etag };
  }

  #find(version: number): Version {
    const found = this.#versions.find(({ head }) => head.version === version);
    if (!found) throw refusal(404, 'config_version_not_found');
    return found;
  }

  #check(ifMatch: string): void {
    if (ifMatch !== `"${this.#last.head.version}"`) throw refusal(412, 'config_conflict');
  }

  #throw(): void {
    const { failure } = this;
    this.failure = null;
    if (failure) throw failure;
  }

  /** As somebody else does it. */
  changeElsewhere(values: Values): void {
    this.#add({ ...this.values, ...values }, 'api', null);
  }

  /** As when old versions are kept no more. */
  forgetAllButLast(): void {
    this.#versions.splice(0, this.#versions.length - 1);
  }

  async schema() {
    return { settings: Object.keys(DEFAULTS).map(rowOf), file: { properties: DEFAULTS }, request_id: '' };
  }

  async show() {
    this.#throw();
    return this.#state(this.#last);
  }

  async change(set: Readonly<Record<string, unknown>>, { ifMatch }: { readonly ifMatch: string }) {
    this.#throw();
    this.#check(ifMatch);
    const wrong = Object.keys(set).filter((name) => set[name] !== null && !isWhole(set[name]));
    if (wrong.length > 0) {
      const problems = wrong.map((name) => `${name} takes a whole number`);
      throw refusal(400, 'config_invalid', { problems, pointers: wrong.map((name) => `/${name}`) });
    }
    const merged = Object.entries({ ...this.values, ...set }).filter(([, value]) => value !== null);
    this.#add(Object.fromEntries(merged) as Values, 'api', null);
    return this.#state(this.#last);
  }

  async versions({ limit = 20, before = Infinity }: { readonly limit?: number; readonly before?: number } = {}) {
    const heads = this.#versions.map(({ head }) => head).filter(({ version }) => version < before);
    return { versions: heads.slice(-limit).reverse(), request_id: '' };
  }

  async diff(from: number, to: number) {
    const [a, b] = [this.#state(this.#find(from)).settings, this.#state(this.#find(to)).settings];
    const names = Object.keys(a).filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
    const differences = names.map((setting) => ({ setting, from: a[setting]!, to: b[setting]! }));
    return { from, to, differences, request_id: '' };
  }

  async rollback(version: number, { ifMatch }: { readonly ifMatch?: string } = {}) {
    this.#throw();
    if (ifMatch !== undefined) this.#check(ifMatch);
    this.#add(this.#find(version).values, 'rollback', version);
    return { ...this.#state(this.#last), unrestored: [{ setting: 'port', reason: 'it takes a restart' }] };
  }
}

const isWhole = (value: unknown): boolean => Number.isSafeInteger(value);

export function refusal(status: number, code: string, details: Record<string, unknown> = {}): VortexflowError {
  const message = `Refused: ${code}.`;
  const fixed = { error_type: 'E', title: 'E', flux_position: 0, sacred_position: null, request_id: '' };
  return new VortexflowError({
    ...fixed,
    recovery_strategy: 'Propagate',
    hint: 'A hint.',
    status,
    code,
    message,
    details,
  });
}
