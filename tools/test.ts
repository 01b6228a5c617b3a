/** Runs every test, or the files named on the command line; ends with a line `N passed, N failed`. */
import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const PATTERNS = [
  'packages/*/src/**/*.test.ts',
  'testkit/src/**/*.test.ts',
  'bench/src/**/*.test.ts',
  'tools/**/*.test.ts',
  'packages/*/src/**/*.e2e.ts',
];

process.env['NODE_COMPILE_CACHE'] ??= join('node_modules', '.cache', 'compile');
const named = process.argv.slice(2);
const files = named.length > 0 ? named : PATTERNS.flatMap((pattern) => globSync(pattern).sort());

const counts = { passed: 0, failed: 0, skipped: 0 };
/** Files whose tests took longest are named at the end: that is where a faster run begins. */
const SLOWEST = 10;
const seconds = new Map<string, number>();
// What hangs ends even so; a machine that others use takes several times as long as a quiet one.
const stream = run({ files, concurrency: 2, timeout: 1_200_000 });
stream.on('test:summary', ({ file, counts: found, duration_ms }) => {
  if (file !== undefined) seconds.set(relative('.', file), duration_ms / 1000);
  // The summary without a file is the one of the whole run.
  if (file === undefined)
    Object.assign(counts, {
      passed: found.passed,
      failed: found.tests - found.passed - found.skipped - found.todo,
      skipped: found.skipped,
    });
});
for await (const text of stream.compose(new spec())) process.stdout.write(text as string);

if (named.length === 0) {
  const slowest = [...seconds].sort(([, a], [, b]) => b - a).slice(0, SLOWEST);
  process.stdout.write(
    `slowest files\n${slowest.map(([file, s]) => `${s.toFixed(1).padStart(7)} s  ${file}\n`).join('')}`,
  );
}
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
