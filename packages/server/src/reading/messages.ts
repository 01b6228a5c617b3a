/** What the main thread and the reading thread say to each other: a job; its parts, asked for one by one; how it ended. */
import type { ErrorDetails } from '@vortexflow/primitives';
import type { JsonLimits, Refusal } from '@vortexflow/validation';
import type { LargeBody } from './collected-body.ts';
import type { CheckedRow } from './checked-json.ts';

/** JSON to be scanned, parsed and checked. */
export interface JsonJob {
  readonly type: 'json';
  readonly body: LargeBody;
  /** By which its schema is chosen. */
  readonly row: CheckedRow;
  /** What it may hold. */
  readonly limits: JsonLimits;
}

/** A graph as a file, to be scanned and decoded. */
export interface FileJob {
  readonly type: 'file';
  readonly body: LargeBody;
  /** Name of its format. */
  readonly format: string;
}

export type ReadJob = JsonJob | FileJob;

/** To the thread, after a part: the next one. One message with all of them would hold the event loop up. */
export interface More {
  readonly type: 'more';
}

/** The value without what its lists hold; some of what one of them holds, as `cutTexts` makes it; some of a text. */
export type ReadPart =
  | { readonly type: 'outline'; readonly value: unknown }
  | { readonly type: 'items'; readonly key: string; readonly items: readonly unknown[] }
  | { readonly type: 'text'; readonly text: string };

/** What the tier of content found in texts. */
export interface ContentLook {
  /** By remark, where it stands first. */
  readonly found: ReadonlyMap<string, string>;
  readonly ms: number;
}

/** How a job ended, and how long the thread worked on it but for the look at content, ms. */
export type ReadEnd =
  | { readonly type: 'end'; readonly digest: string | null; readonly content: ContentLook | null; readonly ms: number }
  | { readonly type: 'refused'; readonly refusal: Refusal; readonly ms: number }
  | {
      readonly type: 'failed';
      readonly code: 'body_empty' | 'request_invalid';
      readonly details: ErrorDetails;
      readonly ms: number;
    };

export type FromReadingThread = ReadPart | ReadEnd;
export type ToReadingThread = ReadJob | More;
