/** A running server: it listens first, so that health can be asked, then loads, then answers. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { DisposalStack, systemClock } from '@vortexflow/primitives';
import { createAccess } from '../access/access.ts';
import { type DataFolder, openDataFolder, type OwnerKey, readOwnerKey } from '../config/data-folder.ts';
import { isLoopbackHost, SettingError, type Settings } from '../config/settings.ts';
import { buildApp } from '../http/app.ts';
import type { App } from '../http/app-type.ts';
import type { ServerContext, Services } from '../http/services.ts';
import { Viewers } from '../stream/viewers.ts';
import { registerEmbeddingMetrics } from '../telemetry/embedding-metrics.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { type LiveFigures, Metrics } from '../telemetry/metrics.ts';
import { ModelMetrics } from '../telemetry/model-metrics.ts';
import { ownVersion } from '../version.ts';
import { openKnowledge, openServices, openStore } from './runtime.ts';

/** What a start measured. */
export interface StartReport {
  readonly url: string;
  /** True when the wanted port was taken and another one was used. */
  readonly otherPort: boolean;
  readonly cached: boolean;
  /** From the beginning of the process to the first answerable question. */
  readonly seconds: number;
  /** The same of the start that built the index now read from the cache; null when that is not known. */
  readonly buildSeconds: number | null;
  readonly ownerKey: OwnerKey;
  readonly services: Services;
  /** True when only this machine can reach the server. */
  readonly local: boolean;
}

export interface RunningServer {
  readonly report: StartReport;
  readonly logger: Logger;
  stop(): Promise<void>;
}

const MAX_PORT_TRIES = 50;

/**
 * Starts a server.
 *
 * @param report told how far the loading is
 * @throws SettingError when the settings do not fit together; CodedError of the store
 */
export async function startServer(settings: Settings, report: (stage: string) => void): Promise<RunningServer> {
  requireAccess(settings);
  const { host, dataFolder, ownerKey, logLevel, logFormat } = settings.values;
  const files = await openDataFolder(dataFolder);
  const owner = await readOwnerKey(files, ownerKey);
  const logger = createLogger(logLevel, logFormat);
  const disposal = new DisposalStack();
  let services: Services | null = null;
  let stage = 'starting';
  const viewers: Viewers = new Viewers({ metrics: () => metrics, clock: systemClock });
  let connections = 0;
  const metrics = disposal.use(new Metrics(() => liveFigures(services, viewers, connections)), (it) => it.stop());
  const context: ServerContext = {
    version: await ownVersion(),
    logger,
    metrics,
    access: createAccess(owner.key, host),
    viewers,
    services: () => services,
    progress: () => stage,
  };
  const app = await buildApp(context);
  const gateway = { close: once(() => closeGateway(app, viewers)) };
  disposal.use(gateway, (it) => it.close());
  app.server.on('connection', (socket) => {
    connections++;
    socket.once('close', () => connections--);
  });
  const tell = (now: string): void => {
    stage = now;
    report(now);
  };
  try {
    const bound = await listen(app, host, settings.values.port);
    viewers.listen(app.server, context.access);
    const models = new ModelMetrics(
      metrics.registry,
      () => services?.answering.models() ?? {},
      () => services?.answering.modelCounters() ?? {},
    );
    const onModelCall = models.called.bind(models);
    registerEmbeddingMetrics(metrics.registry, () => services?.answering.embeddings() ?? null);
    const options = { settings, files, clock: systemClock, logger, report: tell, onModelCall };
    // Only who has the data folder may leave its address there: another server's note must stay.
    const store = await openStore(options, disposal);
    await announce(files, reachable(bound.url), disposal);
    const runtime = await openKnowledge(options, store, disposal);
    const opened = await openServices(options, runtime, viewers, disposal);
    tell('ready');
    services = opened;
    const seconds = performance.now() / 1000;
    const buildSeconds = runtime.cached ? await readBuildSeconds(files) : null;
    if (!runtime.cached) await keepBuildSeconds(files, seconds, logger);
    const start = {
      ...bound,
      url: reachable(bound.url),
      local: isLoopbackHost(host),
      cached: runtime.cached,
      seconds,
      buildSeconds,
      ownerKey: owner,
      services,
    };
    // The gateway stops first, so that no request meets a part that is already gone.
    return { report: start, logger, stop: () => gateway.close().then(() => disposal.dispose()) };
  } catch (failure) {
    await disposal.dispose();
    throw failure;
  }
}

async function closeGateway(app: App, viewers: Viewers): Promise<void> {
  await viewers.stop();
  await app.close();
}

function once(run: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => (done ??= run());
}

function requireAccess({ values, sources }: Settings): void {
  if (isLoopbackHost(values.host) || sources.ownerKey !== 'default') return;
  throw new SettingError(
    `HOST ${values.host} would let other machines in, and no access is configured. ` +
      'Set VORTEXFLOW_OWNER_KEY to a secret of at least 16 characters, or HOST to 127.0.0.1.',
  );
}

async function listen(app: App, host: string, wanted: number): Promise<{ url: string; otherPort: boolean }> {
  for (let port = wanted; ; port++) {
    try {
      await app.listen({ host, port });
      const { port: bound } = app.server.address() as AddressInfo;
      const name = host.includes(':') ? `[${host}]` : host;
      return { url: `http://${name}:${bound}`, otherPort: port !== wanted };
    } catch (failure) {
      const taken = (failure as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!taken || port - wanted >= MAX_PORT_TRIES || port >= 65_535) throw failure;
    }
  }
}

/** An address of this machine for a server that listens on all of them. */
function reachable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}

/** Lets the command line find the running server. */
async function announce(files: DataFolder, url: string, disposal: DisposalStack): Promise<void> {
  const partial = `${files.address}.${process.pid}.partial`;
  await writeFile(partial, JSON.stringify({ url, pid: process.pid }), { mode: 0o600 });
  await rename(partial, files.address);
  disposal.use(files.address, (file) => rm(file, { force: true }));
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

function liveFigures(services: Services | null, viewers: Viewers, connections: number): LiveFigures {
  const layout = services?.layout.state();
  const store = services?.knowledge.storeStatus();
  return {
    ready: services !== null,
    nodes: services?.knowledge.base.liveNodes ?? 0,
    edges: services?.knowledge.base.edgeCount ?? 0,
    revision: services?.knowledge.base.revision ?? 0,
    documents: services?.knowledge.documentCount ?? 0,
    storeCommits: store?.commits ?? 0,
    storeWrites: store?.writes ?? 0,
    layoutTicks: layout?.ticks ?? 0,
    layoutTickSeconds: (layout?.tickMs ?? 0) / 1000,
    layoutSettled: layout?.state === 'settled',
    sensors: layout?.sensors ?? [],
    viewers: viewers.count,
    connections,
    memory: services?.answering.memory.figures ?? null,
    threads: services?.answering.status() ?? [],
  };
}
