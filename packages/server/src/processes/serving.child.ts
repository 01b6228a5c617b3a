/** A serving process: one part of a server, told by the root process when to begin and when to stop. */
import { CodedError } from '@vortexflow/primitives';
import { type AuthCall, type AuthOutcome, remoteAuth } from '../access/remote-auth.ts';
import { readConfigFile } from '../config/file.ts';
import { readSettings } from '../config/settings.ts';
import { healthOf } from '../http/health.ts';
import { treeOf } from '../http/tree.ts';
import type { Part } from '../runtime/part.ts';
import { type RunningServer, startPart } from '../runtime/server.ts';
import type { StartReport } from '../runtime/start-report.ts';
import { BEAT_MS, type FromServing, type ServingSetup, SETUP_VARIABLE, type Told, type ToServing } from './messages.ts';

// What this program writes, only its owner may read.
process.umask(0o077);

const free = Promise.withResolvers<void>();
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
  const { kind, number, requests, replication } = setup;
  const serving = { number, requests, replication, auth: remoteAuth(callAuth) };
  if (kind === 'leader') return { ...serving, kind, free: free.promise, onPrepared: () => tell({ type: 'prepared' }) };
  return {
    ...serving,
    kind,
    onStale: () => tell({ type: 'stale' }),
    onLevel: (isLevel) => tell({ type: 'level', isLevel }),
  };
}

async function start(): Promise<void> {
  const setup = JSON.parse(process.env[SETUP_VARIABLE] ?? '') as ServingSetup;
  const settings = readSettings(process.env, readConfigFile(process.env));
  running = await startPart(settings, (stage) => tell({ type: 'stage', stage }), partOf(setup));
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
