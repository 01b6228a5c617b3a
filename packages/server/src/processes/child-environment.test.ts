/** The environment of processes that serve requests. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childEnvironment } from './child-environment.ts';

test('large blocks go back to the system, and the rest of the environment is as it was', () => {
  const { MALLOC_MMAP_THRESHOLD_: from, MALLOC_ARENA_MAX: heaps, ...rest } = childEnvironment({ HOME: '/h' });
  assert.deepEqual([from, heaps, rest], ['131072', '2', { HOME: '/h' }]);
});

test('an allocator that somebody has tuned is left alone', () => {
  for (const own of [
    { MALLOC_MMAP_THRESHOLD_: '1' },
    { MALLOC_ARENA_MAX: '8' },
    { MALLOC_TRIM_THRESHOLD_: '2' },
    { GLIBC_TUNABLES: 'glibc.malloc.arena_max=1' },
  ])
    assert.deepEqual(childEnvironment(own), own);
});
