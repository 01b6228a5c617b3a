/** One's own sessions: where one is signed in, and an end to each. */
import { type AccessCalls, VortexflowError } from '@vortexflow/client';
import type { SessionsResponse } from '@vortexflow/protocol';
import { Section } from './section.ts';

export type Session = SessionsResponse['sessions'][number];

interface SessionsState {
  /** This one first, then those that were used last; null until the server has told them. */
  readonly sessions: readonly Session[] | null;
}

export class OwnSessions extends Section<SessionsState> {
  readonly #access: AccessCalls;

  constructor(access: AccessCalls, signedOut: () => void) {
    super({ sessions: null }, signedOut);
    this.#access = access;
  }

  load(): Promise<void> {
    return this.run('sessions', async () => {
      await this.#read();
      return '';
    });
  }

  end(id: string): Promise<void> {
    return this.run(id, async () => {
      await this.#end(id);
      await this.#read();
      return 'The session has ended.';
    });
  }

  /** Ends all but this one, also those that have begun since they were listed. */
  endOthers(): Promise<void> {
    return this.run('others', async () => {
      await this.#read();
      const others = (this.state.get().sessions ?? []).filter(({ current }) => !current);
      for (const { id } of others) await this.#end(id);
      await this.#read();
      return others.length === 1 ? 'The other session has ended.' : `${others.length} other sessions have ended.`;
    });
  }

  /** One that has ended by itself meanwhile is what was wanted. */
  async #end(id: string): Promise<void> {
    await this.#access.endSession(id).catch((failure: unknown) => {
      if (!(failure instanceof VortexflowError) || failure.code !== 'identity_not_found') throw failure;
    });
  }

  async #read(): Promise<void> {
    const { sessions } = await this.#access.sessions();
    this.set({ sessions: [...sessions].sort(byUse) });
  }
}

const byUse = (a: Session, b: Session): number =>
  Number(b.current) - Number(a.current) || b.last_seen_at.localeCompare(a.last_seen_at);
