import type { Auth } from '../access/auth.ts';

/** What a process is for the others of a server; see `processes/`. */
export type Part = Alone | Leader | Follower;

/** The only process: it listens where people look for it. */
interface Alone {
  readonly kind: 'alone';
}

/** Behind a front that takes connections and says who is calling. */
interface Serving {
  /** Number of the process, from 1; the leader is 1. */
  readonly number: number;
  /** Local socket for requests. */
  readonly requests: string;
  /** Local socket of the leader, for its followers. */
  readonly replication: string;
  /** Others answer meanwhile, so that it may take its time to be quick from its first request on. */
  readonly isSuccessor: boolean;
  /** Records of users, keys and sessions, as far away as they are. */
  readonly auth: Auth;
}

/** Has the data folder, the layout and the viewers. */
interface Leader extends Serving {
  readonly kind: 'leader';
  /** Told when all is done that can be done before the data folder is free. */
  readonly onPrepared: () => void;
  /** Resolves when it is. */
  readonly free: Promise<void>;
}

/** Answers questions as the leader does. */
interface Follower extends Serving {
  readonly kind: 'follower';
  /** Whether changes wait for it, so that it knows what was acknowledged. */
  readonly onLevel: (isLevel: boolean) => void;
  /** It must be started anew; see `follower.ts`. */
  readonly onStale: () => void;
}

export const ALONE: Part = { kind: 'alone' };
