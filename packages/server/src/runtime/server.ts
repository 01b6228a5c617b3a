/** A running server: it listens first, so that health can be asked, then loads, then answers. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { Learned } from '@vortexflow/answering';
import { DisposalStack, systemClock } from '@vortexflow/primitives';
import { createAccess } from '../access/access.ts';
import { type DataFolder, openDataFolder, readOwnerKey } from '../config/data-folder.ts';
import { isLoopbackHost, type Settings } from '../config/settings.ts';
import { buildApp } from '../http/app.ts';
import type { App } from '../http/app-type.ts';
import type { AskServices, ServerContext, Services } from '../http/services.ts';
import { Leading } from '../replication/leader.ts';
import { Viewers } from '../stream/viewers.ts';
import { registerEmbeddingMetrics } from '../telemetry/embedding-metrics.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { type LiveFigures, Metrics } from '../telemetry/metrics.ts';
import { ModelMetrics } from '../telemetry/model-metrics.ts';
import { ownVersion } from '../version.ts';
import { openFollower } from './follower.ts';
import { announce, type Bound, listen, requireAccess } from './address.ts';
import { ALONE, type Part } from './part.ts';
import type { StartReport } from './start-report.ts';
import { openImage, openKnowledge, openServices, openStore, type RuntimeOptions } from './runtime.ts';

export interface RunningServer<Report = StartReport> {
  readonly report: Report;
  readonly logger: Logger;
  /** Everything the routes work with; null in a follower, which has less. */
  readonly services: Services | null;
  /** The same for all processes. */
  readonly context: ServerContext;
  stop(): Promise<void>;
}

/** What the routes work with, as far as it is there. */
interface Opened {
  asking: AskServices | null;
  services: Services | null;
}

/**
 * Starts a server in this process.
 *
 * @param tell told how far the loading is
 * @throws SettingError when the settings do not fit together; CodedError of the store
 */
export async function startServer(settings: Settings, tell: (stage: string) => void): Promise<RunningServer> {
  return (await startPart(settings, tell, ALONE)) as RunningServer;
}

/**
 * Starts one process of a server. The report is null for a follower, whose start nobody waits for.
 *
 * @throws as {@link startServer}
 */
export async function startPart(
  settings: Settings,
  tell: (stage: string) => void,
  part: Part,
): Promise<RunningServer<StartReport | null>> {
  requireAccess(settings);
  const { host, dataFolder, ownerKey, logLevel, logFormat } = settings.values;
  const files = await openDataFolder(dataFolder);
  const owner = await readOwnerKey(files, ownerKey);
  const number = part.kind === 'alone' ? null : part.number;
  const logger = createLogger(logLevel, logFormat, number);
  const disposal = new DisposalStack();
  const opened: Opened = { asking: null, services: null };
  let stage = 'starting';
  const viewers: Viewers = new Viewers({ metrics: () => metrics, clock: systemClock });
  let connections = 0;
  const figures = (): LiveFigures => liveFigures(opened, viewers, part.kind === 'alone' ? connections : 0);
  const metrics = disposal.use(new Metrics(figures, number), (it) => it.stop());
  const context: ServerContext = {
    version: await ownVersion(),
    logger,
    metrics,
    access: createAccess(owner.key, host),
    viewers,
    services: () => opened.services,
    asking: () => opened.asking,
    progress: () => stage,
    isBehindFront: part.kind !== 'alone',
  };
  const app = await buildApp(context);
  const gateway = { close: once(() => closeGateway(app, viewers)) };
  disposal.use(gateway, (it) => it.close());
  app.server.maxConnections = settings.values.maxConnections;
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
      part.kind === 'alone' ? await listenOn(app, host, settings.values.port) : await listenLocally(app, part);
    if (part.kind !== 'follower') viewers.listen(app.server, context);
    const models = new ModelMetrics(metrics.registry, () => opened.asking?.answering.models() ?? {});
    const onModelCall = models.called.bind(models);
    registerEmbeddingMetrics(metrics.registry, () => opened.asking?.answering.embeddings() ?? null);
    const options: RuntimeOptions = { settings, files, clock: systemClock, logger, report, onModelCall };
    const loaded =
      part.kind === 'follower'
        ? await openAsFollower(options, part, opened, disposal)
        : await openAll(options, part, { bound, viewers, opened }, disposal);
    report('ready');
    const start = loaded && { ...bound, ...loaded, local: isLoopbackHost(host), newKey: owner.created };
    // The gateway stops first, so that no request meets a part that is already gone.
    const stop = (): Promise<void> => gateway.close().then(() => disposal.dispose());
    return { report: start, logger, services: opened.services, context, stop };
  } catch (failure) {
    await disposal.dispose();
    throw failure;
  }
}

interface Gateway {
  readonly bound: { readonly url: string };
  readonly viewers: Viewers;
  readonly opened: Opened;
}

/** Opens the knowledge and everything on top of it. */
async function openAll(
  base: RuntimeOptions,
  part: Exclude<Part, { kind: 'follower' }>,
  { bound, viewers, opened }: Gateway,
  disposal: DisposalStack,
): Promise<Omit<StartReport, 'url' | 'otherPort' | 'local' | 'newKey'>> {
  const { files, logger } = base;
  let leading: Leading | null = null;
  const onLearned = (learned: Learned): void => leading?.learned(learned);
  // All that can be done before the data folder is free: the one before has it as long as it can.
  const image = part.kind === 'leader' ? openImage(base) : undefined;
  const options = { ...base, onLearned, ...(image && { image }) };
  if (part.kind === 'leader') {
    await image;
    part.onPrepared();
    await part.free;
  }
  // Only who has the data folder may leave its address there: another server's note must stay.
  const store = await openStore(options, disposal);
  if (part.kind === 'alone') await announce(files, bound.url, disposal);
  const runtime = await openKnowledge(options, store, disposal);
  const services = await openServices(options, runtime, viewers, disposal);
  if (part.kind === 'leader') leading = await lead(part, services, logger, disposal);
  opened.asking = services;
  opened.services = services;
  const seconds = performance.now() / 1000;
  if (!runtime.cached) await keepBuildSeconds(files, seconds, logger);
  const { name } = services.base.image;
  return {
    cached: runtime.cached,
    seconds,
    buildSeconds: runtime.cached ? await readBuildSeconds(files) : null,
    knowledge: {
      name,
      nodes: services.base.liveNodes,
      edges: services.base.edgeCount,
      documents: services.knowledge.documentCount,
    },
    layout: services.layout.state().backend,
    threads: services.answering.status().length,
  };
}

/** Tells followers what they must know. */
async function lead(
  { replication }: Extract<Part, { kind: 'leader' }>,
  { base, answering, knowledge, highlight }: Services,
  logger: Logger,
  disposal: DisposalStack,
): Promise<Leading> {
  const onNotice = (text: string): void => logger.warn(text);
  const leading = new Leading({ base, answering, clock: systemClock, highlight, onNotice });
  disposal.use(leading, (it) => it.close());
  knowledge.follow((change) => leading.change(change));
  await leading.listen(replication);
  return leading;
}

async function openAsFollower(
  options: RuntimeOptions,
  { number, replication, onStale }: Extract<Part, { kind: 'follower' }>,
  opened: Opened,
  disposal: DisposalStack,
): Promise<null> {
  const answers = `${options.files.answers}.${number}`;
  opened.asking = await openFollower({ ...options, leader: replication, answers, onStale }, disposal);
  return null;
}

async function closeGateway(app: App, viewers: Viewers): Promise<void> {
  await viewers.stop();
  await app.close();
}

function once(run: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => (done ??= run());
}

function listenOn(app: App, host: string, wanted: number): Promise<Bound> {
  return listen(host, wanted, async (port) => {
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

function liveFigures({ services, asking }: Opened, viewers: Viewers, connections: number): LiveFigures {
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
