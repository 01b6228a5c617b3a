/** `npm run check`: house rules, types, lint, format, unused exports. Runs all, then fails if one did. */
import { spawnSync } from 'node:child_process';
import { checkHouse } from './levels.ts';

const STEPS: readonly (readonly [string, readonly string[]])[] = [
  ['types', ['tsc', '-p', '.']],
  ['types of the page', ['tsc', '-p', 'packages/web']],
  ['lint', ['oxlint', '--type-aware', '--deny-warnings']],
  ['format', ['oxfmt', '--check', '.']],
  ['unused files and exports', ['knip', '--no-progress']],
];

let failed = 0;
const problems = checkHouse('.');
process.stdout.write(
  `${problems.length === 0 ? 'ok  ' : 'FAIL'} house\n${problems.map((problem) => `     ${problem}\n`).join('')}`,
);
if (problems.length > 0) failed++;
for (const [name, [command, ...args]] of STEPS) {
  const { status, stdout, stderr } = spawnSync(`node_modules/.bin/${command}`, args, { encoding: 'utf8' });
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}\n`);
  if (status === 0) continue;
  failed++;
  process.stdout.write(`${stdout}${stderr}\n`);
}
process.exitCode = failed > 0 ? 1 : 0;
