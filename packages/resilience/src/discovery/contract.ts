import type { Endpoint } from '../endpoint.ts';

/** Who wants to know endpoints. */
export interface Listener {
  /** Told of all endpoints each time that they have changed. May throw `endpoint_invalid`. */
  readonly onEndpoints: (endpoints: readonly Endpoint[]) => void;
  /** Told when they could not be learned; those known before stay good. */
  readonly onFailure: (failure: unknown) => void;
}

/** Where endpoints are learned. */
export interface Discovery {
  /** For logs. */
  readonly name: string;
  /** Begins to look, once; goes on until it is closed. */
  start(listener: Listener): void;
  close(): void;
}
