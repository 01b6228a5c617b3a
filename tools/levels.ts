/**
 * The house rules that no linter knows: a package imports only from lower levels, only through doors, only what its
 * package.json names; no import cycle among files; every door's package has a README; no file beyond 400 lines.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly vortexflow?: { readonly level: number };
}

interface Package {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly level: number;
}

const MAX_LINES = 400;
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** True for files that only tests load: they may use the testkit and development dependencies. */
const isTestFile = (file: string): boolean =>
  /\.(test|e2e|child)\.tsx?$|(^|\/)(conformance|synthetic)\.ts$|testkit\//.test(file);

/** Specifiers of all imports of a source text, dynamic and type-only ones included. */
export function importsOf(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [...code.matchAll(IMPORT)].map((match) => (match[1] ?? match[2] ?? match[3]) as string);
}

/** All violations below a root folder, as sentences; empty when the house is in order. */
export function checkHouse(root: string): string[] {
  const packages = readPackages(root);
  const files = packages.flatMap(({ folder }) => globSync(`${folder}/src/**/*.{ts,tsx}`, { cwd: root }).sort());
  const problems = files.flatMap((file) => checkFile(root, file, packages));
  return [...problems, ...findCycles(root, files), ...packages.flatMap((one) => checkPackage(root, one))];
}

function readPackages(root: string): Package[] {
  return globSync(['packages/*/package.json', 'testkit/package.json', 'bench/package.json'], { cwd: root }).map(
    (file) => {
      const manifest = JSON.parse(readFileSync(join(root, file), 'utf8')) as Manifest;
      return { folder: dirname(file), manifest, level: manifest.vortexflow?.level ?? Number.NaN };
    },
  );
}

function checkPackage(root: string, { folder, manifest, level }: Package): string[] {
  const problems: string[] = [];
  if (!Number.isInteger(level)) problems.push(`${folder}/package.json names no level`);
  for (const door of Object.keys(manifest.exports ?? {})) {
    if (door !== '.' && door !== './internal' && door !== './package.json')
      problems.push(`${folder} has the door "${door}"; only . and ./internal are doors`);
  }
  if (folder.startsWith('packages/') && !existsSync(join(root, folder, 'README.md')))
    problems.push(`${folder} has no README.md`);
  return problems;
}

function checkFile(root: string, file: string, packages: readonly Package[]): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  const own = packages.find(({ folder }) => file.startsWith(`${folder}/`)) as Package;
  const lines = source.split('\n').length;
  const tooLong =
    lines > MAX_LINES && !isTestFile(file) ? [`${file} has ${lines} lines; ${MAX_LINES} is the limit`] : [];
  return [...tooLong, ...importsOf(source).flatMap((specifier) => checkImport(file, specifier, own, packages))];
}

function checkImport(file: string, specifier: string, own: Package, packages: readonly Package[]): string[] {
  if (specifier.startsWith('node:')) return [];
  if (specifier.startsWith('.')) {
    const target = relative('.', resolve(dirname(file), specifier));
    return target.startsWith(`${own.folder}/`) ? [] : [`${file} reaches past its package with "${specifier}"`];
  }
  const { manifest } = own;
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const test = isTestFile(file);
  if (name === manifest.name) return [`${file} imports its own package by name`];
  const declared =
    name in (manifest.dependencies ?? {}) ||
    name in (manifest.optionalDependencies ?? {}) ||
    (test && (name in (manifest.devDependencies ?? {}) || TEST_LIBRARIES.has(name)));
  const problems = declared ? [] : [`${file} imports "${name}", which ${own.folder}/package.json does not name`];
  const other = packages.find((one) => one.manifest.name === name);
  if (!other) return problems;
  if (specifier !== name && specifier !== `${name}/internal`)
    problems.push(`${file} imports "${specifier}" past the door of ${name}`);
  if (other.level >= own.level && !test)
    problems.push(
      `${file} (level ${own.level}) imports ${name} (level ${other.level}); only lower levels may be imported`,
    );
  return problems;
}

/** Test libraries of the root that every package's tests may use. */
const TEST_LIBRARIES = new Set(['fast-check', '@vortexflow/testkit', 'playwright-core', 'ws']);

/** Import cycles among files of one package; between packages the levels forbid them. */
export function findCycles(root: string, files: readonly string[]): string[] {
  const graph = new Map(files.map((file) => [file, localImports(root, file)]));
  const state = new Map<string, 'open' | 'done'>();
  const problems: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      problems.push(`import cycle: ${[...trail.slice(trail.indexOf(file)), file].join(' -> ')}`);
      return;
    }
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    state.set(file, 'done');
  };
  for (const file of files) visit(file, []);
  return problems;
}

function localImports(root: string, file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  return importsOf(source)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(root, resolve(root, dirname(file), specifier)));
}
