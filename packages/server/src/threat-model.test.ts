/** The page on threats names only tests that there are. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('docs/threat-model.md', () => {
  const rows = readFileSync(`${ROOT}docs/threat-model.md`, 'utf8')
    .split('\n')
    .filter((line) => /^\| (?!threat|\*\*|---)/.test(line));

  it('names a test for each threat, or says that it is open', () => {
    assert.ok(rows.length >= 25, `${rows.length}`);
    for (const row of rows) {
      const test = row.split(' | ')[2] ?? '';
      const paths = [...test.matchAll(/`([^`]+)`/g)].map(([, path]) => path as string);
      assert.ok(paths.length > 0 || /open/.test(test), row);
      for (const path of paths) assert.ok(existsSync(`${ROOT}${path}`), path);
    }
  });
});
