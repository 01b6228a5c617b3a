/** The house check must find what it promises to find. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { checkHouse, importsOf } from './levels.ts';

/** A house of two packages, in order, with the given files on top. */
async function problemsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const root = await mkdtemp(join(tmpdir(), 'vortexflow-house-'));
  const manifest = (name: string, level: number, more = {}): string =>
    JSON.stringify({ name: `@vortexflow/${name}`, exports: { '.': './src/index.ts' }, vortexflow: { level }, ...more });
  const house = {
    'packages/low/package.json': manifest('low', 0),
    'packages/low/README.md': 'low',
    'packages/low/src/index.ts': 'export const low = 1;',
    'packages/high/package.json': manifest('high', 1, { dependencies: { '@vortexflow/low': '0.1.0' } }),
    'packages/high/README.md': 'high',
    'packages/high/src/index.ts': "import { low } from '@vortexflow/low';\nexport const high = low;",
    ...files,
  };
  const before = process.cwd();
  try {
    for (const [path, text] of Object.entries(house)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
    process.chdir(root);
    return checkHouse('.');
  } finally {
    process.chdir(before);
    await rm(root, { recursive: true, force: true });
  }
}

describe('house check', () => {
  it('finds nothing in a house that is in order', async () => {
    assert.deepEqual(await problemsOf({}), []);
  });

  const cases: [string, Record<string, string>, RegExp][] = [
    [
      'an import from a higher level',
      { 'packages/low/src/index.ts': "export { high } from '@vortexflow/high';" },
      /only lower levels/,
    ],
    [
      'an import past a door',
      { 'packages/high/src/index.ts': "import '@vortexflow/low/src/index.ts';" },
      /past the door/,
    ],
    [
      'an import past the package',
      { 'packages/high/src/index.ts': "import '../../low/src/index.ts';" },
      /reaches past its package/,
    ],
    ['an import that is not declared', { 'packages/low/src/index.ts': "import 'left-pad';" }, /does not name/],
    [
      'a dynamic import that is not declared',
      { 'packages/low/src/index.ts': "void import('left-pad');" },
      /does not name/,
    ],
    [
      'a cycle of types',
      {
        'packages/low/src/index.ts': "import type { B } from './b.ts';\nexport type A = B;",
        'packages/low/src/b.ts': "import type { A } from './index.ts';\nexport type B = A;",
      },
      /import cycle/,
    ],
    ['a file that is too long', { 'packages/low/src/long.ts': '\n'.repeat(401) }, /400 is the limit/],
    [
      'a package without a README',
      { 'packages/new/package.json': '{"name":"new","vortexflow":{"level":0}}' },
      /no README/,
    ],
    ['a package without a level', { 'packages/low/package.json': '{"name":"@vortexflow/low"}' }, /no level/],
  ];
  for (const [name, files, message] of cases) {
    it(`finds ${name}`, async () => {
      const problems = await problemsOf(files);
      assert.ok(
        problems.some((problem) => message.test(problem)),
        problems.join('; '),
      );
    });
  }

  it('sees imports of every form, and none in comments', () => {
    const source =
      "import a from 'a';\nexport * from 'b';\nimport 'c';\nimport(\n'd');\n// import 'e';\n/* import 'f'; */\nimport type {\n  G,\n} from 'g';";
    assert.deepEqual(importsOf(source).sort(), ['a', 'b', 'c', 'd', 'g']);
  });
});
