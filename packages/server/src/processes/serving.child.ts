/** A serving process: one part of a server, told by the root process when to begin and when to stop. */
import { CodedError, systemClock } from '@vortexflow/primitives';
import { type AuthCall, type AuthOutcome, remoteAuth } from '../access/remote-auth.ts';
import { LiveSettings } from '../config/live-settings.ts';
import type { Settings } from '../config/settings.ts';
import { healthOf } from '../http/health.ts';
import { treeOf } from '../http/tree.ts';
import { type Configured, followLogLevel } from '../runtime/configured.ts';
import type { Part } from '../runtime/part.ts';
import { type RunningServer, startPart } from '../runtime/server.ts';
import type { StartReport } from '../runtime/start-report.ts';
import { secretsOf } from '../config/secrets.ts';
import { createLogger } from '../telemetry/logger.ts';
import { BEAT_MS, type FromServing, type ServingSetup, SETUP_VARIABLE, type Told, type ToServing } from './messages.ts';
import { remoteConfiguration } from './remote-configuration.ts';

// What this program writes, only its owner may read.
process.umask(0o077);

const free = Promise.withResolvers<void>();
const first = Promise.withResolvers<LiveSettings>();
let settings: LiveSettings | null = null;
const configuration = remoteConfiguration(systemClock, tell);
let running: RunningServer<StartReport | null> | null = null;
let isStopping = false;

function tell(message: FromServing): void {
  // The root process may be gone; then "disconnect" ends this one.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

/** Calls that wait for their answers. */
const calls = new Map<number, (outcome: AuthOutcome) => void>();
let lastCall = 0;

function callAuth(call: AuthCall): Promise<AuthOutcome> {
  const id = ++lastCall;
  return new Promise((resolve) => {
    calls.set(id, resolve);
    tell({ type: 'auth', id, call });
  });
}

function answered(id: number, outcome: AuthOutcome): void {
  calls.get(id)?.(outcome);
  calls.delete(id);
}

function partOf(setup: ServingSetup): Part {
  const { kind, ...place } = setup;
  const serving = { ...place, auth: remoteAuth(callAuth) };
  if (kind === 'leader') return { ...serving, kind, free: free.promise, onPrepared: () => tell({ type: 'prepared' }) };
  return {
    ...serving,
    kind,
    onStale: () => tell({ type: 'stale' }),
    onLevel: (isLevel) => tell({ type: 'level', isLevel }),
  };
}

/** Before the first they come with the start; after that they change while it runs. */
function take(number: number, next: Settings): void {
  if (settings) settings.set(next);
  else first.resolve((settings = new LiveSettings(next)));
  tell({ type: 'applied', number });
}

function configuredBy(live: LiveSettings, number: number): Configured {
  const { logLevel, logFormat } = live.current.values;
  const secrets = secretsOf(live.current);
  const logger = createLogger(logLevel, logFormat, number, secrets);
  followLogLevel(logger, live);
  return {
    settings: live,
    logger,
    secrets,
    door: () => configuration.door,
    status: () => null,
    begin: () => Promise.resolve(),
    register: () => undefined,
  };
}

async function start(): Promise<void> {
  const setup = JSON.parse(process.env[SETUP_VARIABLE] ?? '') as ServingSetup;
  const configured = configuredBy(await first.promise, setup.number);
  running = await startPart(configured, (stage) => tell({ type: 'stage', stage }), partOf(setup));
  tell({ type: 'ready', report: running.report });
}

async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  await running?.stop();
  process.exit(0);
}

async function answer(id: number, what: keyof Told): Promise<void> {
  const context = running?.context;
  if (!context) return;
  const value = {
    health: () => healthOf(context),
    metrics: () => context.metrics.registry.getMetricsAsJSON(),
    tree: () => treeOf(context),
  };
  tell({ type: 'told', id, value: await value[what]() });
}

process.on('message', (message: ToServing) => {
  if (message.type === 'free') free.resolve();
  else if (message.type === 'settings') take(message.number, message.settings);
  else if (message.type === 'answered') configuration.hear(message);
  else if (message.type === 'stop') void stop();
  else if (message.type === 'auth') answered(message.id, message.outcome);
  else void answer(message.id, message.what);
});
process.on('disconnect', () => void stop());
// Ctrl+C reaches every process of a terminal, SIGTERM of a service manager all of a service; the root process decides
// what stops when. A roll is its affair too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.on('SIGHUP', () => undefined);
setInterval(() => tell({ type: 'beat' }), BEAT_MS).unref();

try {
  await start();
} catch (failure) {
  const known = failure instanceof CodedError;
  const message = known ? [failure.message, failure.hint].filter(Boolean).join(' ') : (failure as Error).message;
  tell({ type: 'failed', message, code: known ? failure.code : null });
  // Given away before the process ends.
  setTimeout(() => process.exit(1), 100);
}
