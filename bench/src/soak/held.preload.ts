/**
 * Loaded before everything else in each process and thread of a server under test: every twenty seconds it collects all
 * garbage and notes what is held even so. Memory that comes and goes hides by tens of megabytes what slowly grows.
 */
import { appendFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { threadId } from 'node:worker_threads';
import type { HeldNote } from './held.ts';

const EVERY_MS = 20_000;

const folder = process.env['VORTEXFLOW_BENCH_HELD'];
if (folder !== undefined) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const file = join(folder, `${process.pid}-${threadId}`);
  setInterval(() => {
    // What the first one frees may hold on to more until the second.
    collect();
    collect();
    const { heapUsed, external } = process.memoryUsage();
    const note: HeldNote = { at: Date.now(), module: basename(process.argv[1] ?? ''), bytes: heapUsed + external };
    appendFileSync(file, `${JSON.stringify(note)}\n`);
  }, EVERY_MS).unref();
}
