/** Runs the load generator in a process of its own. */
import { fork } from 'node:child_process';
import type { LoadOrder, LoadReport } from './load.child.ts';

/** @throws Error when the generator ends by itself */
export function load(order: LoadOrder): Promise<LoadReport> {
  const child = fork(new URL('./load.child.ts', import.meta.url));
  return new Promise((resolve, reject) => {
    child.once('message', (report) => resolve(report as LoadReport));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code !== 0) reject(new Error(`the load generator ended with ${code}`));
    });
    child.send(order);
  });
}
