/**
 * The root process: the one address, and the serving processes behind it, each under a supervisor. It holds no knowledge
 * and does no work of its own, so that there is little in it that could fail.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystem, type System, type TreeNode } from '@vortexflow/actors';
import { type Clock, DisposalStack, seededRandom, systemClock } from '@vortexflow/primitives';
import { type BreakerState, DegradationGauge, type Vitals } from '@vortexflow/resilience';
import { ResourceBudget } from '@vortexflow/validation';
import type { Auth } from '../access/auth.ts';
import { answerAuth, type AuthCall, type AuthOutcome } from '../access/remote-auth.ts';
import { openDataFolder, readOwnerKey } from '../config/data-folder.ts';
import { bodyLimitsOf, connectionsOf, jsonLimitsOf, transportOf } from '../config/limit-settings.ts';
import { type Environment, isLoopbackHost, isTls, type Settings } from '../config/settings.ts';
import { resourceLimitsOf } from '../http/limits.ts';
import { announce, listen, requireAccess } from '../runtime/address.ts';
import { trimHeaps } from '../runtime/heap-trim.ts';
import { openGate } from '../runtime/gate.ts';
import { levelMetric } from '../telemetry/level-metric.ts';
import { quotaMetrics } from '../telemetry/quota-metrics.ts';
import { tlsMetrics } from '../telemetry/tls-metrics.ts';
import { beginTls } from '../tls/begin-tls.ts';
import { openCertificate } from '../tls/certificate.ts';
import type { StartReport } from '../runtime/start-report.ts';
import { openConfiguration, type OwnConfiguration } from '../runtime/configured.ts';
import type { Logger } from '../telemetry/logger.ts';
import { ownVersion } from '../version.ts';
import { Fleet } from './fleet.ts';
import { frontMetrics } from './front-metrics.ts';
import { Front } from './front/front.ts';
import { logPages, lookPages, publicPages } from './own-pages.ts';
import { answerQuestion } from './remote-configuration.ts';
import { servingActor, type ServingRef } from './serving-actor.ts';
import { ServingProcess } from './serving-process.ts';
import { startingSettings } from './starting-settings.ts';

export interface RunningProcesses {
  readonly report: StartReport;
  readonly logger: Logger;
  /** Takes new processes one by one, without a request lost. Resolves with how many took over. */
  roll(): Promise<number>;
  /** Requests under way end first. */
  stop(): Promise<void>;
}

/** Longest for requests under way at the end, ms. */
const DRAIN_MS = 8_000;
/** A process that is silent for so long hangs, ms. */
const HANG_MS = 10_000;
/** One that is only starting says nothing until its modules are loaded, ms. */
const START_HANG_MS = 60_000;
const WATCH_MS = 100;
/** Longest that a new process may take, ms; then the actor is asked no more. */
const ROLL_MS = 120_000;

/**
 * Starts a server of several processes. Resolves when the leader answers questions.
 * @param tell told how far the loading is
 * @param environment what the settings were read from, and are when they change
 * @throws SettingError; Error with what the first leader said when it cannot start
 */
export async function startProcesses(
  given: Settings,
  tell: (stage: string) => void,
  environment: Environment,
): Promise<RunningProcesses> {
  const configured = await openConfiguration(given, environment);
  const { configuration, settings, logger } = configured;
  requireAccess(settings.current);
  const certificate = await openCertificate(settings.current, { clock: systemClock, logger });
  const { host, port: wantedPort, dataFolder, workers, maxConnections } = settings.current.values;
  const files = await openDataFolder(dataFolder);
  const owner = await readOwnerKey(files, settings.current.values);
  configured.secrets.push(owner.key);
  const disposal = new DisposalStack();
  disposal.use(trimHeaps(systemClock, 0), (stop) => stop());
  const fleet = new Fleet(systemClock);
  let stage: string | null = 'starting';
  const system = supervision(systemClock, logger);
  const restartsOf = (number: number): number => restarts(system.tree(), `serving:${number}`);
  const metrics = frontMetrics(fleet, restartsOf, () => front.connections);
  const degradation = disposal.use(new DegradationGauge(systemClock), (it) => it.close());
  configured.register(metrics.registry);
  levelMetric(metrics.registry, () => degradation.current);
  if (certificate) tlsMetrics(metrics.registry, certificate);
  let port: number | null = null;
  const { access, auth, audit } = await openGate(
    {
      settings,
      files,
      ownerKey: owner.key,
      clock: systemClock,
      logger,
      registry: metrics.registry,
      port: () => port,
      onQuota: quotaMetrics(metrics.registry, metrics.validated),
    },
    disposal,
  );
  const pages = {
    audit,
    certificate,
    version: await ownVersion(),
    fleet,
    registry: metrics.registry,
    restartsOf,
    tree: () => system.tree(),
    degradation: () => degradation.current,
    progress: () => stage ?? 'ready',
    configuration: () => configuration.status(),
  };
  const front: Front = new Front({
    fleet,
    clock: systemClock,
    access,
    corsOrigins: () => settings.current.values.corsOrigins,
    isTls: isTls(settings.current),
    certificate,
    logger,
    publicPages: publicPages(pages),
    lookPages: lookPages(pages),
    ...logPages(pages),
    audit,
    maxConnections,
    bodyLimits: bodyLimitsOf(settings.current.values),
    connectionLimits: connectionsOf(settings.current.values),
    headLimits: () => transportOf(settings.current.values),
    jsonLimits: () => jsonLimitsOf(settings.current.values),
    budget: new ResourceBudget(resourceLimitsOf(bodyLimitsOf(settings.current.values))),
    loading: () => stage,
    onRetry: metrics.retried,
    observe: metrics.validated,
  });
  settings.onChange(({ values }) => front.limitConnections(values.maxConnections));
  disposal.use(configuration, (it) => it.stop());
  try {
    const bound = await listen(
      host,
      wantedPort,
      certificate !== null,
      async (wanted) => (port = await front.listen(host, wanted)),
    );
    disposal.use(front, (it) => it.close(DRAIN_MS));
    await beginTls(certificate, { settings, port: () => port, logger }, disposal);
    const sockets = disposal.use(await mkdtemp(join(tmpdir(), 'vortexflow-')), (folder) =>
      rm(folder, { recursive: true, force: true }),
    );
    const refs = new Map<number, ServingRef>();
    const living = disposal.use(new Set<ServingProcess>(), (left) => left.forEach((serving) => serving.kill()));
    const firstEnd = Promise.withResolvers<never>();
    firstEnd.promise.catch(() => undefined);
    const starting = startingSettings(configured, living, logger);
    const launch = launcher(
      { sockets, refs, fleet, living, configured, starting: starting.current },
      {
        onStage: (now) => stage !== null && tell((stage = now)),
        onEnd: (reason) => stage !== null && firstEnd.reject(new Error(reason)),
        onAuth: answerFor(auth, logger),
        onBreaker: (serving, circuit) => logger.warn({ serving, circuit }, 'the circuit of a serving process'),
      },
    );
    disposal.use(system, async (it) => void (await it.stop({ deadlineMs: DRAIN_MS })));
    const specs = Array.from({ length: workers }, (_, i) => servingActor({ number: i + 1, fleet, logger, launch }));
    const top = await system.supervise({ id: 'root', strategy: 'one_for_one', ...NEVER_GIVES_UP, children: specs });
    specs.forEach((spec, i) => refs.set(i + 1, top.ref(spec)));
    const [leader] = fleet.processes;
    const report = await Promise.race([(leader as ServingProcess).ready, firstEnd.promise]);
    stage = null;
    const observe = (): void => void degradation.observe(vitalsOf(fleet));
    fleet.onChange = observe;
    disposal.use(watch(fleet, systemClock, logger), (it) => it.stop());
    await announce(files, bound.url, certificate, disposal);
    await configured.begin(audit);
    const roll = (): Promise<number> => starting.roll(() => rollAll(refs, fleet));
    const local = isLoopbackHost(host);
    const start = {
      ...(report as StartReport),
      ...bound,
      local,
      newKey: owner.created,
      processes: workers,
      seconds: performance.now() / 1000,
    };
    return { report: start, logger, roll, stop: () => front.close(DRAIN_MS).then(() => disposal.dispose()) };
  } catch (failure) {
    await disposal.dispose();
    throw failure;
  }
}

/**
 * A process that cannot be brought up must not take those with it that can: its actor waits longer each time (see its
 * back-off), and health tells.
 */
const NEVER_GIVES_UP = { intensity: 1_000_000, periodMs: 1_000 } as const;

/** Which processes there are is all that the root process knows of: what is within them, they say. */
function vitalsOf(fleet: Fleet): Vitals {
  const up = Number(fleet.pick('any') !== null);
  return {
    models: { configured: 0, up: 0 },
    reasoners: { configured: up, up },
    writable: fleet.pick('leader') !== null,
  };
}

function supervision(clock: Clock, logger: Logger): System {
  return createSystem({
    clock,
    random: seededRandom(process.pid ^ clock.now()),
    onCrash: ({ path, error }) =>
      logger.error({ actor: path, reason: error instanceof Error ? error.message : 'unknown' }, 'started again'),
  });
}

interface LaunchHooks {
  readonly onStage: (stage: string) => void;
  readonly onEnd: (reason: string) => void;
  readonly onBreaker: (number: number, state: BreakerState) => void;
  readonly onAuth: (call: AuthCall) => Promise<AuthOutcome>;
}

interface LaunchPad {
  readonly sockets: string;
  readonly refs: ReadonlyMap<number, ServingRef>;
  readonly fleet: Fleet;
  /** All that have been started and not ended. */
  readonly living: Set<ServingProcess>;
  readonly configured: OwnConfiguration;
  /** What a process starts with. */
  readonly starting: () => Settings;
}

/** Processes are started here and their actors told of what becomes of them. The first is the leader. */
function launcher(
  { sockets, refs, fleet, living, configured, starting }: LaunchPad,
  { onStage, onEnd, onBreaker, onAuth }: LaunchHooks,
): (number: number) => ServingProcess {
  let run = 0;
  const started = new Set<number>();
  return (number) => {
    const isSuccessor = started.has(number);
    started.add(number);
    const serving: ServingProcess = new ServingProcess({
      number,
      kind: number === 1 ? 'leader' : 'follower',
      sockets,
      run: ++run,
      isSuccessor,
      clock: systemClock,
      settings: starting(),
      onConfigure: (question) =>
        answerQuestion(configured.door(), question, (failure) =>
          configured.logger.error({ err: failure }, 'a question about the configuration failed'),
        ),
      onStage: number === 1 ? onStage : () => undefined,
      // It knows something else than its leader: that happens when the leader was started again.
      onStale: () => refs.get(number)?.tell({ type: 'roll', process: serving }),
      onChange: () => fleet.changed(),
      onAuth,
      onBreaker: (state) => onBreaker(number, state),
    });
    living.add(serving);
    const onEnded = (reason: string): void => {
      living.delete(serving);
      if (number === 1) onEnd(reason);
      refs.get(number)?.tell({ type: 'ended', process: serving, reason });
    };
    void serving.ended.then(onEnded);
    return serving;
  };
}

function answerFor(auth: Auth, logger: Logger): (call: AuthCall) => Promise<AuthOutcome> {
  return (call) =>
    answerAuth(auth, call, (failure) => logger.error({ err: failure, method: call.method }, 'access failed'));
}

/** The leader first: its followers take over what the new one knows. */
async function rollAll(refs: ReadonlyMap<number, ServingRef>, fleet: Fleet): Promise<number> {
  const before = new Map(fleet.processes.map((serving) => [serving.number, serving]));
  let rolled = 0;
  for (const [number, ref] of refs) {
    const process = before.get(number);
    // Named, because a follower may have been replaced with its leader meanwhile.
    const order = process ? { type: 'roll' as const, process } : { type: 'roll' as const };
    const isRolled = await ref.ask(order, { timeoutMs: ROLL_MS });
    // Followers do not go by settings that their leader refuses.
    if (!isRolled && process?.kind === 'leader') return 0;
    rolled += Number(isRolled);
  }
  return rolled;
}

/** Silent processes: requests are taken away from them, and those that hang are ended. */
function watch(fleet: Fleet, clock: Clock, logger: Logger): { stop: () => void } {
  let last = clock.elapsed();
  const look = (): void => {
    timer = clock.after(WATCH_MS, look);
    const pause = clock.elapsed() - last;
    last += pause;
    // This process stood still itself: what was said meanwhile has not been read yet.
    if (pause > 3 * WATCH_MS) return;
    for (const serving of fleet.processes) {
      if (!serving.isSuspect || serving.state === 'ended') continue;
      for (const suspect of serving.attempts) suspect();
      if (serving.silence < (serving.state === 'starting' ? START_HANG_MS : HANG_MS)) continue;
      logger.error(
        { process: serving.number, silent_ms: Math.round(serving.silence) },
        'a serving process hangs and is ended',
      );
      serving.kill();
    }
  };
  let timer = clock.after(WATCH_MS, look);
  return { stop: () => timer.cancel() };
}

function restarts(node: TreeNode, id: string): number {
  if (node.id === id) return node.restarts;
  return (node.children ?? []).reduce((sum, child) => sum + restarts(child, id), 0);
}
