/** Connections that stay open, by the key or session that opened them: they end with it. */
import type { Duplex } from 'node:stream';
import type { Identity, Principal } from '@vortexflow/identity';
import type { Clock, Timer } from '@vortexflow/primitives';

/** How often those are looked for that have come to their end by time, ms. */
const SWEEP_MS = 15_000;

export class Connections {
  readonly #identity: Identity;
  readonly #clock: Clock;
  readonly #open = new Map<Duplex, Principal>();
  readonly #unfollow: () => void;
  #timer: Timer;

  constructor(identity: Identity, clock: Clock) {
    this.#identity = identity;
    this.#clock = clock;
    this.#unfollow = identity.onRevoked((credential) =>
      this.#close((principal) => principal.credential === credential),
    );
    this.#timer = clock.after(SWEEP_MS, () => this.#sweep());
  }

  hold(principal: Principal, socket: Duplex): void {
    if (principal.credential === null) return;
    this.#open.set(socket, principal);
    socket.once('close', () => this.#open.delete(socket));
  }

  stop(): void {
    this.#timer.cancel();
    this.#unfollow();
  }

  #sweep(): void {
    this.#close((principal) => !this.#identity.isLive(principal));
    this.#timer = this.#clock.after(SWEEP_MS, () => this.#sweep());
  }

  #close(isOver: (principal: Principal) => boolean): void {
    for (const [socket, principal] of this.#open) if (isOver(principal)) socket.destroy();
  }
}
