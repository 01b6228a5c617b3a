/** A running server: it listens first, so that health can be asked, then loads, then answers. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createSystem, type SupervisorSpec, type System } from '@vortexflow/actors';
import { type OpenedImage, type StorageQuota, tryStore } from '@vortexflow/knowledge';
import { DisposalStack, seededRandom, systemClock } from '@vortexflow/primitives';
import { contentScanner, ResourceBudget } from '@vortexflow/validation';
import { passedAccess } from '../access/passed.ts';
import { type DataFolder, openDataFolder, readOwnerKey } from '../config/data-folder.ts';
import { bodyLimitsOf, connectionsOf, jsonLimitsOf, transportOf } from '../config/limit-settings.ts';
import { type Environment, isLoopbackHost, isTls, type Settings } from '../config/settings.ts';
import { readStorePassword } from '../config/store-password.ts';
import { buildApp } from '../http/app.ts';
import type { App } from '../http/app-type.ts';
import { resourceLimitsOf } from '../http/limits.ts';
import { requireAsking, type ServerContext, type Services } from '../http/services.ts';
import { Viewers } from '../stream/viewers.ts';
import { registerEmbeddingMetrics } from '../telemetry/embedding-metrics.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type LiveFigures, Metrics } from '../telemetry/metrics.ts';
import { ModelMetrics } from '../telemetry/model-metrics.ts';
import { quotaMetrics } from '../telemetry/quota-metrics.ts';
import { tlsMetrics } from '../telemetry/tls-metrics.ts';
import { validationMetrics } from '../telemetry/validation-metrics.ts';
import { beginTls } from '../tls/begin-tls.ts';
import { openCertificate } from '../tls/certificate.ts';
import { stateView } from '../validation/state.ts';
import { ownVersion } from '../version.ts';
import { announce, type Bound, listen, requireAccess } from './address.ts';
import { type Configured, openConfiguration } from './configured.ts';
import { type DegradationWatch, watchDegradation } from './degradation.ts';
import { openGate } from './gate.ts';
import { ALONE, type Part } from './part.ts';
import { trimHeaps } from './heap-trim.ts';
import type { StartReport } from './start-report.ts';
import { type Doors, partsOf } from './parts.ts';
import { openImage, type RuntimeOptions } from './runtime.ts';

export interface RunningServer<Report = StartReport> {
  readonly report: Report;
  readonly logger: Logger;
  /** Everything the routes work with; null in a follower, which has less. */
  readonly services: Services | null;
  /** The same for all processes. */
  readonly context: ServerContext;
  stop(): Promise<void>;
}

/**
 * Starts a server in this process.
 *
 * @param tell told how far the loading is
 * @param environment what the settings were read from, and are when they change
 * @throws SettingError when the settings do not fit together; CodedError of the store
 */
export async function startServer(
  settings: Settings,
  tell: (stage: string) => void,
  environment: Environment,
): Promise<RunningServer> {
  const configured = await openConfiguration(settings, environment);
  const end = (): Promise<void> => configured.configuration.stop();
  try {
    const server = (await startPart(configured, tell, ALONE)) as RunningServer;
    return { ...server, stop: () => end().then(() => server.stop()) };
  } catch (failure) {
    await end();
    throw failure;
  }
}

const NO_KEY = { key: '', created: false };

/**
 * Starts one process of a server. The report is null for a follower, whose start nobody waits for.
 *
 * @throws as {@link startServer}
 */
export async function startPart(
  configured: Configured,
  tell: (stage: string) => void,
  part: Part,
): Promise<RunningServer<StartReport | null>> {
  const { settings, logger } = configured;
  requireAccess(settings.current);
  // Behind a front it is the front's, as is all that decides who comes in.
  const certificate =
    part.kind === 'alone' ? await openCertificate(settings.current, { clock: systemClock, logger }) : null;
  const { host, port, dataFolder } = settings.current.values;
  const files = await openDataFolder(dataFolder);
  // Behind a front the key is not looked at, but kept out of texts where it can be read.
  const reading = readOwnerKey(files, settings.current.values);
  const owner = part.kind === 'alone' ? await reading : await reading.catch(() => NO_KEY);
  const number = part.kind === 'alone' ? null : part.number;
  if (owner !== NO_KEY) configured.secrets.push(owner.key);
  const disposal = new DisposalStack();
  disposal.use(trimHeaps(systemClock, number ?? 0), (stop) => stop());
  const doors: Doors = { asking: null, services: null };
  let stage = 'starting';
  const viewers: Viewers = new Viewers({ metrics: () => metrics, clock: systemClock });
  let connections = 0;
  const figures = (): LiveFigures => liveFigures(doors, viewers, part.kind === 'alone' ? connections : 0);
  const metrics = disposal.use(new Metrics(figures, number), (it) => it.stop());
  configured.register(metrics.registry);
  if (certificate) tlsMetrics(metrics.registry, certificate);
  // What keeps it from starting at all is thrown, not logged.
  const system = supervision(
    (path, reason) => stage === 'ready' && logger.error({ actor: path, reason }, 'a part failed'),
  );
  const observe = validationMetrics(metrics.registry);
  const onQuota = quotaMetrics(metrics.registry, observe);
  const opening = { settings, onQuota, files, ownerKey: owner.key, clock: systemClock, logger };
  const boundPort = boundPortOf(() => app);
  // Behind a front it is the front's.
  const gate =
    part.kind === 'alone'
      ? await openGate({ ...opening, registry: metrics.registry, port: boundPort }, disposal)
      : { access: passedAccess, auth: part.auth, audit: null };
  const context: ServerContext = {
    version: await ownVersion(),
    logger,
    metrics,
    ...gate,
    corsOrigins: () => settings.current.values.corsOrigins,
    isTls: isTls(settings.current),
    certificate,
    bodyLimits: bodyLimitsOf(settings.current.values),
    connectionLimits: connectionsOf(settings.current.values, part.kind !== 'alone'),
    viewers,
    services: () => doors.services,
    asking: () => doors.asking,
    progress: () => stage,
    tree: () => system.tree(),
    degradation: () => degradation.current(),
    configuration: configured.door,
    configurationStatus: configured.status,
    validation: {
      observe,
      mode: () => settings.current.values.validationMode,
      headLimits: () => transportOf(settings.current.values, part.kind !== 'alone'),
      jsonLimits: () => jsonLimitsOf(settings.current.values),
      scanner: contentScanner(),
      budget: new ResourceBudget(resourceLimitsOf(bodyLimitsOf(settings.current.values))),
      state: stateView(() => requireAsking(context)),
    },
    storageQuota: () => storageQuotaOf(settings.current),
    onQuota,
    isBehindFront: part.kind !== 'alone',
  };
  const degradation: DegradationWatch = disposal.use(
    watchDegradation({
      clock: systemClock,
      logger,
      registry: metrics.registry,
      asking: () => doors.asking,
      services: () => doors.services,
      stores: part.kind !== 'follower',
    }),
    (it) => it.stop(),
  );
  const app: App = await buildApp(context);
  const gateway = { close: once(() => closeGateway(app, viewers)) };
  disposal.use(gateway, (it) => it.close());
  app.server.maxConnections = settings.current.values.maxConnections;
  settings.onChange(({ values }) => void (app.server.maxConnections = values.maxConnections));
  app.server.on('connection', (socket) => {
    connections++;
    socket.once('close', () => connections--);
  });
  const report = (now: string): void => {
    stage = now;
    tell(now);
  };
  try {
    const bound =
      part.kind === 'alone' ? await listenOn(app, host, port, certificate !== null) : await listenLocally(app, part);
    await beginTls(certificate, { settings, port: boundPort, logger }, disposal);
    if (part.kind !== 'follower') viewers.listen(app.server, context);
    const models = new ModelMetrics(
      metrics.registry,
      () => doors.asking?.answering.models() ?? {},
      () => doors.asking?.answering.modelCounters() ?? {},
    );
    const onModelCall = models.called.bind(models);
    registerEmbeddingMetrics(metrics.registry, () => doors.asking?.answering.embeddings() ?? null);
    const warmUp = part.kind !== 'alone' && part.isSuccessor ? WARM_UP : 0;
    const options: RuntimeOptions = { settings, files, clock: systemClock, logger, report, onModelCall, warmUp };
    const image = once(() => openImage(options));
    const onFolder = once(async () => {
      // Only who has the data folder may leave its address there: another server's note must stay.
      if (part.kind === 'alone') await announce(files, bound.url, certificate, disposal);
      await configured.begin(gate.audit);
    });
    disposal.use(system, async (it) => void (await it.stop({ deadlineMs: STOP_MS })));
    if (part.kind === 'leader') await prepare(part, image, settings.current);
    await start(system, partsOf({ options, part, viewers, doors, image, onFolder }));
    report('ready');
    const { services } = doors;
    const loaded = services && { ...bound, ...(await loadedBy(services, await image(), files, logger)) };
    const started = loaded && { ...loaded, local: isLoopbackHost(host), newKey: owner.created };
    // The gateway stops first, so that no request meets a part that is already gone.
    const stop = (): Promise<void> => gateway.close().then(() => disposal.dispose());
    return { report: started, logger, services, context, stop };
  } catch (failure) {
    await disposal.dispose();
    throw failure;
  }
}

/** Questions after which the next ones cost a tenth of what the first did. */
const WARM_UP = 100;
/** Longest for closing all parts, ms. */
const STOP_MS = 9_000;
/** While the gateway closes, connections that have become idle are ended after so long, ms. */
const IDLE_SWEEP_MS = 50;

function supervision(onFailure: (path: string, reason: string) => void): System {
  return createSystem({
    clock: systemClock,
    random: seededRandom(process.pid ^ systemClock.now()),
    onCrash: ({ path, error }) => onFailure(path, error instanceof Error ? error.message : 'unknown'),
  });
}

/** @throws what the part threw that could not be opened */
async function start(system: System, parts: SupervisorSpec): Promise<void> {
  try {
    await system.supervise(parts);
  } catch (failure) {
    throw failure instanceof Error && failure.cause !== undefined ? failure.cause : failure;
  }
}

/** All that can be done before the data folder is free: the process before has it as long as it can. */
async function prepare(
  { onPrepared, free }: Extract<Part, { kind: 'leader' }>,
  image: () => Promise<OpenedImage>,
  settings: Settings,
): Promise<void> {
  // Before the one before has gone: it stays when the configuration names a store that cannot be had.
  await tryStore({ url: settings.values.storeUrl, readPassword: () => readStorePassword(settings) });
  await image();
  onPrepared();
  await free;
}

/** For the card. */
async function loadedBy(
  { base, knowledge, layout, answering }: Services,
  { cached }: OpenedImage,
  files: DataFolder,
  logger: Logger,
): Promise<Omit<StartReport, 'url' | 'otherPort' | 'local' | 'newKey'>> {
  const seconds = performance.now() / 1000;
  if (!cached) await keepBuildSeconds(files, seconds, logger);
  return {
    cached,
    seconds,
    buildSeconds: cached ? await readBuildSeconds(files) : null,
    knowledge: {
      name: base.image.name,
      nodes: base.liveNodes,
      edges: base.edgeCount,
      documents: knowledge.documentCount,
    },
    layout: layout.state().backend,
    threads: answering.status().length,
  };
}

async function closeGateway(app: App, viewers: Viewers): Promise<void> {
  await viewers.stop();
  // Closing ends what is idle at that moment. A connection whose last answer comes after it would be waited for until the
  // other side gives it up, seconds later, and whoever takes over from this process waits as long for the data folder.
  const sweep = setInterval(() => app.server.closeIdleConnections(), IDLE_SWEEP_MS);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
  }
}

const storageQuotaOf = ({ values }: Settings): StorageQuota => ({
  documents: values.quotaDocuments,
  bytes: values.quotaBytes,
});

/** What is asked for several times and done once. */
function once<T>(run: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | null = null;
  return () => (done ??= run());
}

/** null until it listens. Asked for with every request, so that the system is not asked each time. */
function boundPortOf(app: () => App): () => number | null {
  let port: number | null = null;
  return () => {
    if (port !== null) return port;
    const address = app().server.address();
    if (address !== null && typeof address === 'object') ({ port } = address);
    return port;
  };
}

function listenOn(app: App, host: string, wanted: number, isTls: boolean): Promise<Bound> {
  return listen(host, wanted, isTls, async (port) => {
    await app.listen({ host, port });
    return (app.server.address() as AddressInfo).port;
  });
}

/** Only the front comes here, through a folder that only this user can enter. */
async function listenLocally(
  app: App,
  { requests }: { readonly requests: string },
): Promise<{ url: string; otherPort: boolean }> {
  await app.listen({ path: requests });
  if (process.platform !== 'win32') await chmod(requests, 0o600);
  return { url: '', otherPort: false };
}

/** Only a figure for the next card: a cache that cannot be written must not keep the server from running. */
async function keepBuildSeconds(files: DataFolder, seconds: number, logger: Logger): Promise<void> {
  try {
    await writeFile(files.buildTime, String(seconds));
  } catch (failure) {
    logger.warn({ err: failure }, 'the time of this start could not be kept');
  }
}

async function readBuildSeconds(files: DataFolder): Promise<number | null> {
  const seconds = Number(await readFile(files.buildTime, 'utf8').catch(() => 'NaN'));
  return Number.isFinite(seconds) ? seconds : null;
}

function liveFigures({ services, asking }: Doors, viewers: Viewers, connections: number): LiveFigures {
  const layout = services?.layout.state();
  const store = services?.knowledge.storeStatus();
  return {
    ready: asking !== null,
    nodes: asking?.base.liveNodes ?? 0,
    edges: asking?.base.edgeCount ?? 0,
    revision: asking?.base.revision ?? 0,
    documents: services?.knowledge.documentCount ?? 0,
    storeCommits: store?.commits ?? 0,
    storeWrites: store?.writes ?? 0,
    layoutTicks: layout?.ticks ?? 0,
    layoutTickSeconds: (layout?.tickMs ?? 0) / 1000,
    layoutSettled: layout?.state === 'settled',
    sensors: layout?.sensors ?? [],
    viewers: viewers.count,
    connections,
    memory: asking?.answering.memory.figures ?? null,
    threads: asking?.answering.status() ?? [],
  };
}
