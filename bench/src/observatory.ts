/** The grade of the security headers, by MDN's HTTP Observatory. First: npm ci --prefix testkit/observatory */
import { observatoryMissing, observe } from '@vortexflow/testkit';

const PATHS = ['/', '/docs', '/health', '/openapi.json'];

if (observatoryMissing !== undefined) throw new Error(observatoryMissing);
const observations = await observe(PATHS);
for (const { path, grade, score, tests } of observations) {
  process.stdout.write(`${path.padEnd(16)} ${grade}  ${score}\n`);
  for (const { name, result, pass, modifier } of tests)
    process.stdout.write(`  ${pass ? 'ok  ' : 'FAIL'} ${String(modifier).padStart(3)}  ${name}: ${result}\n`);
}
