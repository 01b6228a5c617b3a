/** A layout host with everything it says, for tests. */
import type { TestContext } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import type { EncodedTick } from '@vortexflow/protocol';
import { WorkerLayoutHost } from './host.ts';
import type { LayoutHostOptions } from './layout-host.ts';
import type { LayoutHostState } from './messages.ts';
import { TestViewer } from './test-viewer.ts';

/** A host on a real thread, with all it said. Stopped when the test ends. */
export class Probe {
  readonly viewer = new TestViewer();
  readonly frames = this.viewer.frames;
  readonly states: LayoutHostState[] = [];
  readonly failures: Error[] = [];
  readonly clock = new VirtualClock();
  readonly host: WorkerLayoutHost;
  #changed: () => void = () => undefined;

  constructor(context: TestContext, options: Partial<LayoutHostOptions> = {}) {
    const callbacks = {
      onBlocks: (bytes: ArrayBuffer) => this.viewer.takeBlocks(bytes),
      onTick: (tick: EncodedTick) => {
        this.viewer.takeTick(tick);
        this.host.ready();
        this.#changed();
      },
      onState: (state: LayoutHostState) => this.#note(this.states, state),
      onFailure: (error: Error) => this.#note(this.failures, error),
    };
    this.host = new WorkerLayoutHost(
      { seed: 1, dutyCycle: 1, frameIntervalMs: 0, ...callbacks, ...options },
      this.clock,
    );
    context.after(() => this.host.stop());
  }

  #note<T>(list: T[], item: T): void {
    list.push(item);
    this.#changed();
  }

  /** Resolves when the condition holds; the test's own time limit is the only one. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  untilState(state: LayoutHostState['state']): Promise<void> {
    return this.until(() => this.host.state().state === state);
  }
}
