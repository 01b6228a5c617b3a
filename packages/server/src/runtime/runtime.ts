/** The composition root: the only place that constructs adapters and joins the parts. */
import {
  type AnswerDefaults,
  Answering,
  AnswerMemory,
  type Cascade,
  type Embedder,
  EmbeddingClient,
  keyReader,
  type Learned,
  type ModelCall,
  ModelPanel,
  PassageEmbedder,
  warmUpQuestions,
} from '@vortexflow/answering';
import {
  Knowledge,
  type KnowledgeBase,
  type KnowledgeImage,
  openStore as openKnowledgeStore,
  openWordNetImage,
  type OpenedImage,
  type Store,
} from '@vortexflow/knowledge';
import { startLayoutHost, type LayoutHost } from '@vortexflow/layout';
import { type Clock, type DisposalStack, seededRandom } from '@vortexflow/primitives';
import type { EncodedTick } from '@vortexflow/protocol';
import { GraphAnalytics } from '../analytics/analytics.ts';
import { computeOnThread } from '../analytics/compute.ts';
import type { DataFolder } from '../config/data-folder.ts';
import type { LiveSettings, SettingsListener } from '../config/live-settings.ts';
import { readStorePassword } from '../config/store-password.ts';
import { GraphFeed } from '../stream/graph-feed.ts';
import type { Viewers } from '../stream/viewers.ts';
import type { Logger } from '../telemetry/logger.ts';
import { loadLayout, saveLayout } from './layout-cache.ts';

export interface RuntimeOptions {
  readonly settings: LiveSettings;
  readonly files: DataFolder;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly report: (stage: string) => void;
  /** Questions that are answered for nobody before the first one that counts. Default 0. */
  readonly warmUp?: number;
  /** Told of every call of a language model. */
  readonly onModelCall?: (call: ModelCall) => void;
  /** Told of what is learned from feedback. */
  readonly onLearned?: (learned: Learned) => void;
}

/** What the command line works with when no server runs. */
interface OfflineRuntime {
  readonly knowledge: Knowledge;
  readonly answering: Answering;
}

const LAYOUT_SEED = 20_261;
/** Longest computation of a measure, ms; the slowest takes about 2 s for 117,791 nodes. */
const ANALYTICS_TIMEOUT_MS = 30_000;

/** Takes the data folder: from here on no other process has it. @throws CodedError `store_in_use` when one does */
export async function openStore(options: RuntimeOptions, disposal: DisposalStack): Promise<Store> {
  const { files, clock, logger, settings } = options;
  const store = await openKnowledgeStore({
    url: settings.current.values.storeUrl,
    file: files.database,
    readPassword: () => readStorePassword(settings.current),
    clock,
    onNotice: (text) => logger.warn(text),
  });
  return disposal.use(store, (it) => it.close());
}

/** Opens the knowledge over a store: the image, then every stored document on top of it. */
export async function openKnowledge(
  { clock, logger, report }: RuntimeOptions,
  image: KnowledgeImage,
  store: Store,
  disposal: DisposalStack,
): Promise<Knowledge> {
  report('reading documents');
  const knowledge = disposal.use(await Knowledge.open(image, store, clock), (it) => it.close());
  warnOfUnread(knowledge, logger);
  return knowledge;
}

/** Opens the reasoners and what they remember over the knowledge. Resolves when questions can be asked. */
export async function openAnswering(
  options: RuntimeOptions,
  knowledge: Knowledge,
  store: Store,
  disposal: DisposalStack,
): Promise<Answering> {
  const { base } = knowledge;
  const memory = disposal.use(memoryOf(options, base), (it) => it.stop());
  disposal.use(options.settings.onChange(learnAs(memory)), (end) => end());
  await memory.open();
  const embedder = embedderOf(options, store, knowledge);
  const answering = disposal.use(createAnswering(options, { base, memory, embedder }), (it) => it.stop());
  disposal.use(options.settings.onChange(forgetOnCascade(answering)), (end) => end());
  disposal.use(
    knowledge.follow((change) => answering.change(change)),
    (unfollow) => unfollow(),
  );
  options.report('starting the reasoners');
  await answering.ready();
  await answering.warmUp(warmUpQuestions(base, options.warmUp ?? 0));
  await embedder?.open();
  const indexing = disposal.use(indexInSlices(base), (it) => it.stop());
  disposal.use(knowledge.follow(indexing.start), (unfollow) => unfollow());
  indexing.start();
  return answering;
}

/** All that a command needs to answer without a server. Each is closed by the disposal stack, newest first. */
export async function openOffline(options: RuntimeOptions, disposal: DisposalStack): Promise<OfflineRuntime> {
  const store = await openStore(options, disposal);
  const { image } = await openImage(options);
  const knowledge = await openKnowledge(options, image, store, disposal);
  return { knowledge, answering: await openAnswering(options, knowledge, store, disposal) };
}

/** What {@link createAnswering} is built on. */
interface AnsweringParts {
  readonly base: KnowledgeBase;
  readonly memory: AnswerMemory;
  readonly embedder?: Embedder | undefined;
}

/** Answers by the settings as they are at each question. */
function answerDefaults(settings: LiveSettings): AnswerDefaults {
  return {
    get strategy() {
      return settings.current.values.strategy;
    },
    get timeoutMs() {
      return settings.current.values.timeoutMs;
    },
    get minConfidence() {
      return settings.current.values.minConfidence;
    },
  };
}

function liveCascade(settings: LiveSettings): Cascade {
  return {
    get enabled() {
      return settings.current.values.cascade;
    },
    get below() {
      return settings.current.values.cascadeBelow;
    },
  };
}

function learnAs(memory: AnswerMemory): SettingsListener {
  return ({ values }) => memory.setLearningRate(values.learningRate);
}

/** Answers that were given without the language models, or with them, are not what would be answered now. */
export function forgetOnCascade(answering: Answering): SettingsListener {
  return ({ values: now }, { values: before }) => {
    if (now.cascade !== before.cascade || now.cascadeBelow !== before.cascadeBelow)
      void answering.memory.during(() => Promise.resolve());
  };
}

/** Starts the reasoners over a knowledge. */
export function createAnswering(options: RuntimeOptions, { base, memory, embedder }: AnsweringParts): Answering {
  const { settings, clock, logger } = options;
  const { reasonerThreads: threads } = settings.current.values;
  return new Answering({
    knowledge: base,
    embedder,
    clock,
    defaults: answerDefaults(settings),
    memory,
    models: openModels(options),
    threads,
    onThreadFailure: (thread, reason) =>
      logger.error({ thread, reason }, 'a reasoning thread died and is started again'),
  });
}

/** Characters that the main thread indexes before others have a turn, about a millisecond of work. */
const INDEX_SLICE = 16_384;

/** Searching on this thread finds all entries; the first search must not stop everything to take them in. */
function indexInSlices(base: KnowledgeBase): { start: () => void; stop: () => void } {
  let next: NodeJS.Immediate | null = null;
  const slice = (): void => {
    next = base.indexSome(INDEX_SLICE) ? null : setImmediate(slice);
  };
  return {
    start: () => void (next ??= setImmediate(slice)),
    stop: () => next && clearImmediate(next),
  };
}

/** Documents that are named in the log one by one; the others are counted. */
const MAX_UNREAD_LINES = 20;

function warnOfUnread({ unreadDocuments: unread }: Knowledge, logger: RuntimeOptions['logger']): void {
  for (const { id, reason } of unread.slice(0, MAX_UNREAD_LINES))
    logger.warn({ document: id, reason }, 'a stored document cannot be read; only its title is there');
  const others = unread.length - MAX_UNREAD_LINES;
  if (others > 0) logger.warn({ documents: others }, 'further stored documents cannot be read');
}

function memoryOf({ settings, files, clock, logger, onLearned }: RuntimeOptions, base: KnowledgeBase): AnswerMemory {
  return new AnswerMemory({
    knowledge: base,
    clock,
    files: { learned: files.learned, recent: files.answers },
    learningRate: settings.current.values.learningRate,
    ...(onLearned && { onLearned }),
    onNotice: (text) => logger.warn(text),
  });
}

/** The configured endpoint for embeddings. Stopped with the answering. */
function embedderOf(
  { settings, clock, logger }: RuntimeOptions,
  store: Store,
  { base }: Knowledge,
): PassageEmbedder | undefined {
  const { embeddings } = settings.current.values;
  if (!embeddings) return undefined;
  const { baseUrl, model, dimension, requestsPerMinute } = embeddings;
  const random = seededRandom(process.pid ^ clock.now());
  return new PassageEmbedder({
    knowledge: base,
    client: new EmbeddingClient(embeddings, { clock, random, readKey: keyReader(process.env) }),
    store: store.values,
    model: [baseUrl, model, dimension].join(' '),
    clock,
    intervalMs: 60_000 / requestsPerMinute,
    onNotice: (text) => logger.warn(text),
  });
}

/** The configured language models; there may be none. Stopped with the answering. */
function openModels({ settings, clock, logger, onModelCall }: RuntimeOptions): ModelPanel {
  const { models } = settings.current.values;
  return new ModelPanel({
    models,
    cascade: liveCascade(settings),
    clock,
    // Spreads attempts: servers that start together must not come back together.
    random: seededRandom(process.pid ^ clock.now()),
    readKey: keyReader(process.env),
    onCall: (call) => {
      onModelCall?.(call);
      const { model, outcome, durationMs } = call;
      const isLoss = outcome !== 'answered' && outcome !== 'abstained' && outcome !== 'aborted';
      logger[isLoss ? 'warn' : 'debug']({ model, outcome, ms: Math.round(durationMs) }, 'a language model was asked');
    },
  });
}

export async function openImage({ files, logger, report }: RuntimeOptions): Promise<OpenedImage> {
  const opened = await openWordNetImage(files.image, report);
  void warnUnlessSaved(opened.saved, logger);
  return opened;
}

async function warnUnlessSaved(saved: Promise<boolean>, logger: Logger): Promise<void> {
  if (!(await saved)) logger.warn('the index could not be cached; the next start will be as slow as this one');
}

/** Whom the layout tells of what it computes; set by whoever streams it. */
export interface LayoutListener {
  blocks(frame: ArrayBuffer): void;
  tick(tick: EncodedTick): void;
}

/** Starts the layout of the knowledge. It computes from here on, whether somebody listens or not. */
export async function openLayout(
  options: RuntimeOptions,
  knowledge: Knowledge,
  listener: () => LayoutListener | null,
  disposal: DisposalStack,
): Promise<LayoutHost> {
  const { logger, files, settings } = options;
  const { base } = knowledge;
  let wasMoving = false;
  const layout: LayoutHost = startLayoutHost({
    seed: LAYOUT_SEED,
    backend: settings.current.values.layoutBackend,
    memoryLimit: settings.current.values.layoutMemoryMb * 1_000_000,
    onNotice: ({ level, text }) => logger[level](text),
    onBlocks: (frame) => listener()?.blocks(frame),
    onTick: (tick) => listener()?.tick(tick),
    onState: ({ state, parameters }) => {
      // The next start is three-dimensional again, and from a flat picture it would never rise.
      if (state === 'settled' && wasMoving && parameters.dimensions === 3) void keepLayout(layout, options, knowledge);
      wasMoving = state === 'moving';
    },
    onFailure: (failure) => logger.error({ err: failure }, 'the layout failed'),
  });
  disposal.use(layout, (it) => it.stop());
  const start = await loadLayout(files.layout, base.image, base.nodeCount);
  layout.load({ nodes: base.nodeCount, edges: base.edgePairs(), ...(start ? { start } : {}) }, base.revision);
  return layout;
}

/** Streams the layout and the knowledge to the viewers. */
export function openFeed(
  { clock }: RuntimeOptions,
  knowledge: Knowledge,
  layout: LayoutHost,
  viewers: Viewers,
  disposal: DisposalStack,
): GraphFeed {
  const { base, groupNames } = knowledge;
  // Whoever watches what is replaced here comes back, and begins with what there is then.
  disposal.use(viewers, (it) => it.disconnect());
  const feed = disposal.use(new GraphFeed({ base, groupNames, layout, viewers, clock }), (it) => it.stop());
  disposal.use(
    knowledge.follow((change) => feed.change(change)),
    (unfollow) => unfollow(),
  );
  return feed;
}

/** Measures of the whole graph, computed when they are asked for. */
export function openAnalytics(
  { clock }: RuntimeOptions,
  base: KnowledgeBase,
  layout: LayoutHost,
  disposal: DisposalStack,
): GraphAnalytics {
  const compute = { compute: computeOnThread, timeoutMs: ANALYTICS_TIMEOUT_MS };
  return disposal.use(new GraphAnalytics({ base, layout, clock, ...compute }), (it) => it.stop());
}

async function keepLayout(layout: LayoutHost, { files, logger }: RuntimeOptions, { base }: Knowledge): Promise<void> {
  try {
    await saveLayout(files.layout, base.image, await layout.positions());
  } catch (failure) {
    logger.warn({ err: failure }, 'the layout could not be kept for the next start');
  }
}
