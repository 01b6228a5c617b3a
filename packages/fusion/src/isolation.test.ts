/** Importing fusion loads nothing but fusion: it runs unchanged in Node, a worker and a browser. */
import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { it } from 'node:test';

it('importing fusion loads no other package and no built-in module', async () => {
  const here = new URL('./', import.meta.url).href;
  const loaded: string[] = [];
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      loaded.push(resolved.url);
      return resolved;
    },
  });
  try {
    await import('./index.ts');
  } finally {
    hooks.deregister();
  }
  assert.ok(loaded.length > 10, 'the hook saw the imports');
  assert.deepEqual(
    loaded.filter((url) => !url.startsWith(here)),
    [],
  );
  for (const forTests of ['conformance', 'synthetic', '.test.'])
    assert.ok(!loaded.some((url) => url.includes(forTests)));
});
