/** Libraries that few installations need are loaded when the first document needs them. */
import { createRequire } from 'node:module';

/** Synchronous, because a document is parsed at a start as well as in a request. */
export const requireLibrary = createRequire(import.meta.url);
