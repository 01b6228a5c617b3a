/** Closing things in reverse order of opening, each exactly once, all of them even when one fails. */

type Release = () => void | Promise<void>;

/** A pile of things to release. The last one in is the first one out. */
export class DisposalStack implements AsyncDisposable {
  readonly #releases: Release[] = [];

  /** Adds a release step and returns the resource, so opening and registering are one expression. */
  use<T>(resource: T, release: (resource: T) => void | Promise<void>): T {
    this.#releases.push(() => release(resource));
    return resource;
  }

  /**
   * Releases everything, newest first. A second call finds nothing left to do.
   * @throws AggregateError when at least one step failed; the others have run all the same
   */
  async dispose(): Promise<void> {
    const failures: unknown[] = [];
    for (let release = this.#releases.pop(); release; release = this.#releases.pop()) {
      try {
        await release();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} resource(s) failed to close`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}
