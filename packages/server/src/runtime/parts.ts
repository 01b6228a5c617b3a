/**
 * The parts of a serving process, in the order in which they start: each is built on those before it. So when one must be
 * opened anew, those after it are too (OTP's rest_for_one), and nothing else.
 */
import type { Answering } from '@vortexflow/answering';
import type { SupervisorSpec } from '@vortexflow/actors';
import type { Knowledge, OpenedImage, Store } from '@vortexflow/knowledge';
import type { LayoutHost } from '@vortexflow/layout';
import type { DisposalStack } from '@vortexflow/primitives';
import type { GraphAnalytics } from '../analytics/analytics.ts';
import type { AskServices, Services } from '../http/services.ts';
import { Leading } from '../replication/leader.ts';
import type { GraphFeed } from '../stream/graph-feed.ts';
import type { Viewers } from '../stream/viewers.ts';
import { openFollower } from './follower.ts';
import type { Part } from './part.ts';
import { partActor, type PartDefinition, Slot } from './part-actor.ts';
import {
  openAnalytics,
  openAnswering,
  openFeed,
  openKnowledge,
  openLayout,
  openStore,
  type RuntimeOptions,
} from './runtime.ts';

/** What requests are answered with; null while a part of it is being opened. */
export interface Doors {
  /** Open as soon as questions can be answered, whatever becomes of the layout. */
  asking: AskServices | null;
  /** Open when all parts are. */
  services: Services | null;
}

export interface PartsOptions {
  readonly options: RuntimeOptions;
  readonly part: Part;
  readonly viewers: Viewers;
  readonly doors: Doors;
  /** The image of the built-in knowledge, opened once. */
  readonly image: () => Promise<OpenedImage>;
  /** Told when the data folder has been taken for the first time. */
  readonly onFolder: () => Promise<void>;
}

/** A process that cannot open a part waits longer each time; that must not end it, as what it can do it still does. */
const NEVER_GIVES_UP = { intensity: 1_000_000, periodMs: 1_000 } as const;

/** The supervision tree of a serving process. */
export function partsOf(options: PartsOptions): SupervisorSpec {
  const children = options.part.kind === 'follower' ? followerParts(options) : allParts(options);
  return { id: 'root', strategy: 'rest_for_one', ...NEVER_GIVES_UP, children };
}

interface Stored {
  readonly store: Store;
  readonly knowledge: Knowledge;
}

function allParts(given: PartsOptions): SupervisorSpec['children'] {
  const { part, viewers, doors } = given;
  const stored = new Slot<Stored>();
  const answering = new Slot<Answering>();
  const layout = new Slot<LayoutHost>();
  const feed = new Slot<GraphFeed>();
  const analytics = new Slot<GraphAnalytics>();
  const leading = new Slot<Leading | null>();
  const options = {
    ...given.options,
    onLearned: (learned: Parameters<Leading['learned']>[0]) => leading.part?.learned(learned),
  };
  const actor = <T>(slot: Slot<T>, definition: PartDefinition<T>) => partActor(definition, slot);
  return [
    actor(stored, {
      id: 'knowledge',
      open: async (disposal) => {
        const store = await openStore(options, disposal);
        await given.onFolder();
        const { image } = await given.image();
        return { store, knowledge: await openKnowledge(options, image, store, disposal) };
      },
      // What is on the disk and what is in memory differ: only reading it anew mends that.
      check: ({ knowledge }) => knowledge.failure,
    }),
    actor(answering, {
      id: 'answering',
      open: async (disposal) => {
        const { knowledge, store } = stored.open;
        const opened = await openAnswering(options, knowledge, store, disposal);
        const highlight = (path: readonly string[]): void => feed.part?.highlight(path);
        openDoor(doors, 'asking', { base: knowledge.base, answering: opened, highlight }, disposal);
        return opened;
      },
    }),
    actor(layout, {
      id: 'layout',
      open: (disposal) => openLayout(options, stored.open.knowledge, () => feed.part, disposal),
      // It restarts its thread by itself; what is seen here is that it has given up.
      check: (host) => (host.state().state === 'failed' ? 'the layout keeps failing' : null),
    }),
    actor(feed, {
      id: 'streaming',
      open: (disposal) => openFeed(options, stored.open.knowledge, layout.open, viewers, disposal),
    }),
    actor(analytics, {
      id: 'analytics',
      open: (disposal) => openAnalytics(options, stored.open.knowledge.base, layout.open, disposal),
    }),
    ...(part.kind === 'leader'
      ? [
          actor(leading, {
            id: 'replication',
            open: async (disposal) => {
              const { clock, logger } = options;
              const { knowledge } = stored.open;
              const highlight = (path: readonly string[]): void => feed.part?.highlight(path);
              const onNotice = (text: string): void => logger.warn(text);
              const parts = { base: knowledge.base, answering: answering.open, clock, highlight, onNotice };
              const leader = disposal.use(new Leading(parts), (it) => it.close());
              disposal.use(
                knowledge.follow((change) => leader.change(change)),
                (unfollow) => unfollow(),
              );
              await leader.listen(part.replication);
              return leader;
            },
          }),
        ]
      : []),
    actor(new Slot<Services>(), {
      id: 'gateway',
      open: (disposal) => {
        const { knowledge, store } = stored.open;
        const graphFeed = feed.open;
        const services: Services = {
          base: knowledge.base,
          knowledge,
          answering: answering.open,
          layout: layout.open,
          feed: graphFeed,
          analytics: analytics.open,
          highlight: (path) => graphFeed.highlight(path),
          probeStore: () => store.values.put('server', 'probe', options.clock.now()),
        };
        return openDoor(doors, 'services', services, disposal);
      },
    }),
  ];
}

function followerParts({ options, part, doors, image }: PartsOptions): SupervisorSpec['children'] {
  if (part.kind !== 'follower') throw new Error('only a follower has these parts');
  const { number, replication: leader, onStale, onLevel } = part;
  const answers = `${options.files.answers}.${number}`;
  return [
    partActor(
      {
        id: 'following',
        open: async (disposal) => {
          const asking = await openFollower({ ...options, image, leader, answers, onStale, onLevel }, disposal);
          return openDoor(doors, 'asking', asking, disposal);
        },
      },
      new Slot<AskServices>(),
    ),
  ];
}

/** From here on requests are answered; not any more when the part is closed. */
function openDoor<Name extends keyof Doors, T extends Doors[Name]>(
  doors: Doors,
  name: Name,
  open: T,
  disposal: DisposalStack,
): T {
  doors[name] = open;
  return disposal.use(open, () => void (doors[name] = null as Doors[Name]));
}
