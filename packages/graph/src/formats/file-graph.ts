/** A graph as files hold it: with ids and names instead of numbers. What every reader gives and every writer takes. */
import { errorFactory } from '@vortexflow/primitives';

/** One node of a file. */
export interface FileNode {
  /** As the file has it; unique in the file, not empty. */
  readonly id: string;
  /** Best known first; empty when the file gives none. */
  readonly names: readonly string[];
  readonly text: string;
  /** Everything else that the file says of it, by the file's own name for it. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** One edge of a file. */
export interface FileEdge {
  readonly source: string;
  readonly target: string;
  /** As the file names it; an empty string when it does not. */
  readonly relation: string;
  /** Finite; 1 when the file says nothing. */
  readonly weight: number;
  readonly directed: boolean;
  /** Line of the file, from 1; null where the format has no lines to speak of. */
  readonly line: number | null;
  /** What the file says, at most 500 characters: a row, a triple, an element. */
  readonly record: string;
}

/** Something in a file that was left out or read otherwise than it stands. */
export interface FileProblem {
  readonly line: number | null;
  /** A sentence without its full stop. */
  readonly reason: string;
}

/** What a file holds. Every edge joins nodes that are in `nodes`. */
export interface FileGraph {
  readonly nodes: readonly FileNode[];
  readonly edges: readonly FileEdge[];
  /** The first {@link MAX_PROBLEMS}. */
  readonly problems: readonly FileProblem[];
  /** All of them. */
  readonly problemCount: number;
}

/** A reader that gives way now and then, so that a large file does not hold its thread; the last step is the result. */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** Runs a reader to its end without giving way. */
export function runSteps<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Longest record that an edge keeps, in UTF-16 units. */
const MAX_RECORD_LENGTH = 500;
/** Problems that are kept one by one; the others are counted. */
export const MAX_PROBLEMS = 100;
/** Nodes and edges of one file: each takes about 2 KB of memory in the end, and one thread parses them. */
export const MAX_ELEMENTS = 500_000;

const FILE_ERRORS = {
  file_malformed: {
    type: 'ValidationError',
    status: 400,
    recovery: 'Propagate',
    message: 'Line {line}: {reason}.',
    hint: 'Nothing of this file was taken.',
  },
  file_too_large: {
    type: 'ValidationError',
    status: 413,
    recovery: 'Propagate',
    message: 'The file has more than {limit} nodes and edges.',
    hint: 'Split it into several files.',
  },
} as const;

/** Makes an error of reading a file. */
export const fileError = errorFactory(FILE_ERRORS);

/** Cuts a record to the length that is kept. */
export function recordOf(text: string): string {
  const trimmed = text.trim();
  return trimmed.length <= MAX_RECORD_LENGTH ? trimmed : `${trimmed.slice(0, MAX_RECORD_LENGTH - 1).toWellFormed()}…`;
}

/** Notes problems, the first hundred by name. */
export class ProblemList {
  readonly #problems: FileProblem[] = [];
  #count = 0;

  add(line: number | null, reason: string): void {
    if (this.#count++ < MAX_PROBLEMS) this.#problems.push({ line, reason });
  }

  get problems(): readonly FileProblem[] {
    return this.#problems;
  }

  get count(): number {
    return this.#count;
  }
}
