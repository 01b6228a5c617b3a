/** A configuration over a real folder and a clock that stands still, for tests. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import { Configuration, type ReloadOutcome } from './configuration.ts';
import type { Environment } from './settings.ts';
import type { VersionListener } from './version-keeper.ts';

/** Longer than any rest of a file, ms. */
const LONG_ENOUGH = 600;

export interface TestConfiguration {
  readonly configuration: Configuration;
  readonly folder: string;
  /** Path of the configuration file. */
  readonly file: string;
  readonly history: string;
  readonly outcomes: readonly ReloadOutcome[];
  readonly notices: readonly string[];
  readonly environment: Environment;
  /** Writes the configuration file in place. */
  write(text: string | Uint8Array): Promise<void>;
  /** Lets time pass, and everything happen that falls due. */
  pass(ms?: number): Promise<void>;
  /** Opens it again over the same folder, as a restart does. */
  restart(): Promise<TestConfiguration>;
}

export interface TestOptions {
  readonly environment?: Environment;
  /** What is in the file at the start; null: there is none. */
  readonly yaml?: string | null;
  readonly folder?: string;
  /** Told of every version. */
  readonly tell?: VersionListener;
}

/** Opens a configuration; it goes with the test. */
export async function openTestConfiguration(
  context: TestContext,
  { environment = {}, yaml = 'timeout_ms: 1000\n', folder: given, tell }: TestOptions = {},
): Promise<TestConfiguration> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'vortexflow-config-')));
  const file = environment['VORTEXFLOW_CONFIG'] ?? join(folder, 'vortexflow.yaml');
  const history = join(folder, 'config-history.jsonl');
  const whole = { VORTEXFLOW_DATA: folder, ...environment };
  if (given === undefined && yaml !== null && environment['VORTEXFLOW_CONFIG'] === undefined)
    await writeFile(file, yaml);
  const clock = new VirtualClock(Date.UTC(2026, 10, 26));
  const outcomes: ReloadOutcome[] = [];
  const notices: string[] = [];
  const configuration = await Configuration.open({
    environment: whole,
    history,
    clock,
    onNotice: (level, text, more = {}) => notices.push(`${level} ${text} ${JSON.stringify(more)}`),
    onReload: (outcome) => outcomes.push(outcome),
  });
  await configuration.begin(tell);
  context.after(async () => {
    await configuration.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    configuration,
    folder,
    file,
    history,
    outcomes,
    notices,
    environment: whole,
    write: (text) => writeFile(file, text),
    async pass(ms = LONG_ENOUGH) {
      for (let left = ms; left > 0; left -= 10) {
        clock.advance(10);
        await configuration.idle();
      }
    },
    async restart() {
      await configuration.stop();
      return openTestConfiguration(context, { environment, folder, ...(tell === undefined ? {} : { tell }) });
    },
  };
}

/** An order of the owner. @param ifMatch default: whatever the version is */
export const asOwner = (ifMatch: string | null = '*') => ({ role: 'owner', author: 'owner', ifMatch });
