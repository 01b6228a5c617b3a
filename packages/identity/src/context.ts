/** What all parts of the identity work with. */
import type { Clock } from '@vortexflow/primitives';
import type { Book } from './book.ts';
import type { TellIdentity } from './events.ts';
import type { RandomBytes } from './tokens.ts';

export interface IdentityContext {
  readonly book: Book;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly tell: TellIdentity;
  /** A key or session counts no more: what it holds open is to be closed. */
  readonly onRevoked: (credential: string) => void;
}
