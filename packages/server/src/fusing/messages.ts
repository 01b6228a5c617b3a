/** What the main thread and the fusing thread say to each other. */

/** One batch: the request's body as it came, so that even parsing it happens beside the event loop. */
export interface FuseJob {
  readonly body: Uint8Array;
  readonly requestId: string;
}

export type FuseReply =
  /** The response's body, ready to send. */
  | { readonly type: 'fused'; readonly body: Uint8Array }
  /** The request does not hold; `details` fill in the error's sentence. */
  | {
      readonly type: 'refused';
      readonly code: 'body_empty' | 'body_not_json' | 'request_invalid';
      readonly details: { readonly problem: string; readonly field?: string };
    };
