import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressText, timeLeftMs } from './progress.ts';

test('the time left follows from the bytes, once there is something to go by', () => {
  const progress = { files: 3, allFiles: 9, bytes: 250, allBytes: 1_000, elapsedMs: 2_000 };
  assert.equal(timeLeftMs(progress), 6_000);
  assert.equal(progressText(progress), '3 of 9 files, about 6 s left');
  assert.equal(progressText({ ...progress, elapsedMs: 999 }), '3 of 9 files');
  assert.equal(progressText({ ...progress, bytes: 0 }), '3 of 9 files');
  assert.equal(progressText({ ...progress, bytes: 1_000 }), '3 of 9 files, about 0 s left');
  assert.equal(progressText({ ...progress, elapsedMs: 100_000 }), '3 of 9 files, about 5 min left');
});
