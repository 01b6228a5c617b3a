/** Running a program for its output. */
import { execFile } from 'node:child_process';

/** Resolves with the standard output. Rejects when there is no such program, it fails, or takes longer than `timeoutMs`. */
export type RunCommand = (program: string, parameters: readonly string[], timeoutMs: number) => Promise<string>;

/** Finds the program on the PATH, runs it without a shell, and kills it when it is late. */
export const runCommand: RunCommand = (program, parameters, timeout) =>
  new Promise((resolve, reject) => {
    execFile(program, parameters, { timeout, killSignal: 'SIGKILL', windowsHide: true }, (error, output) => {
      if (error) reject(error);
      else resolve(output);
    });
  });
