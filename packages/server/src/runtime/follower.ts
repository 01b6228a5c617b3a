/**
 * A serving process that follows another one: it answers questions by the same knowledge, which it gets from the leader
 * and keeps nowhere. Documents, the layout and the viewers are the leader's alone.
 */
import { type Answering, AnswerMemory, warmUpQuestions } from '@vortexflow/answering';
import { changeParts, changeTo, KnowledgeBase, type KnowledgeChange, type OpenedImage } from '@vortexflow/knowledge';
import type { DisposalStack } from '@vortexflow/primitives';
import type { AskServices } from '../http/services.ts';
import { digestOf } from '../replication/digest.ts';
import { LeaderLink, type Snapshot } from '../replication/link.ts';
import { ConnectionQueue } from './connection-queue.ts';
import { createAnswering, forgetOnCascade, type RuntimeOptions } from './runtime.ts';

export interface FollowingOptions extends RuntimeOptions {
  /** The image of the built-in knowledge. */
  readonly image: () => Promise<OpenedImage>;
  /** Local socket of the leader. */
  readonly leader: string;
  /** Where the latest answers are kept for feedback; another file than any other process has. */
  readonly answers: string;
  /** Whether changes wait for it from now on. */
  readonly onLevel: (isLevel: boolean) => void;
  /** What the leader knows cannot be taken over by a change: this process must start anew. */
  readonly onStale: () => void;
}

/** Resolves when questions can be asked. */
export async function openFollower(options: FollowingOptions, disposal: DisposalStack): Promise<AskServices> {
  const { clock, report, leader } = options;
  const first = Promise.withResolvers<Snapshot>();
  const live = Promise.withResolvers<void>();
  let latest: Snapshot | null = null;
  let following: Following | null = null;
  const early: KnowledgeChange[] = [];
  const link: LeaderLink = disposal.use(
    new LeaderLink({
      path: leader,
      clock,
      onSnapshot: (snapshot) => {
        if (following) return following.compare(snapshot);
        // What was heard so far was of a leader that has gone.
        early.length = 0;
        latest = snapshot;
        first.resolve(snapshot);
      },
      onChange: (change) => (following ? following.change(change) : early.push(change)),
      onLearned: (learned) => following?.memory.useLearned(learned),
      onLive: () => {
        live.resolve();
        following?.level();
      },
      onLost: () => {
        following?.lost();
        options.onLevel(false);
      },
    }),
    (it) => it.stop(),
  );
  report('waiting for the leader');
  await link.open();
  const snapshot = await first.promise;
  following = await open(options, link, snapshot, disposal);
  // Another leader may have come while all that was being opened.
  if (latest === snapshot) following.takePart();
  else following.compare(latest ?? snapshot);
  for (const change of early) following.change(change);
  await Promise.race([live.promise, following.ended]);
  await following.settled();
  const { base, answering } = following;
  return { base, answering, highlight: link.highlight.bind(link) };
}

async function open(
  options: FollowingOptions,
  link: LeaderLink,
  { additions, learned }: Snapshot,
  disposal: DisposalStack,
): Promise<Following> {
  const { image } = await options.image();
  const base = new KnowledgeBase(image);
  base.apply(additions);
  const memory = disposal.use(memoryOf(options, base, link), (it) => it.stop());
  await memory.open();
  memory.useLearned(learned);
  const embedder = options.settings.current.values.embeddings ? link.embedder : undefined;
  const answering = disposal.use(createAnswering(options, { base, memory, embedder }), (it) => it.stop());
  disposal.use(options.settings.onChange(forgetOnCascade(answering)), (end) => end());
  options.report('starting the reasoners');
  await answering.ready();
  await answering.warmUp(warmUpQuestions(base, options.warmUp ?? 0));
  return new Following({ base, answering, link, onStale: options.onStale, onLevel: options.onLevel });
}

function memoryOf({ clock, logger, answers, files }: FollowingOptions, knowledge: KnowledgeBase, learner: LeaderLink) {
  return new AnswerMemory({
    knowledge,
    clock,
    learner,
    files: { learned: files.learned, recent: answers },
    onNotice: (text) => logger.warn(text),
  });
}

interface FollowingParts extends Pick<FollowingOptions, 'onStale' | 'onLevel'> {
  readonly base: KnowledgeBase;
  readonly answering: Answering;
  readonly link: LeaderLink;
}

/** Keeps what questions are answered by as the leader has it. */
class Following {
  readonly base: KnowledgeBase;
  readonly answering: Answering;
  readonly #link: LeaderLink;
  readonly #options: Pick<FollowingOptions, 'onStale' | 'onLevel'>;
  readonly #ended = Promise.withResolvers<void>();
  /** What waits in it and came by an earlier connection is covered by the snapshot of the next. */
  readonly #queue = new ConnectionQueue(() => this.#stale());
  #isStale = false;

  constructor({ base, answering, link, onStale, onLevel }: FollowingParts) {
    this.base = base;
    this.answering = answering;
    this.#link = link;
    this.#options = { onStale, onLevel };
  }

  get memory(): AnswerMemory {
    return this.answering.memory;
  }

  /** Changes are applied in the order in which they come. */
  change(change: KnowledgeChange): void {
    this.#queue.add(async (isCurrent) => {
      this.base.apply(change);
      await this.answering.change(change);
      // To another leader this number would mean another change.
      if (isCurrent()) this.#link.applied(change.revision);
    });
  }

  /** The leader has gone: what it said and is not done yet will not be. */
  lost(): void {
    this.#queue.renew();
  }

  /** Resolves when all changes so far are applied. */
  settled(): Promise<void> {
    return this.#queue.idle;
  }

  /** Resolves when it is of no use any more. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Asks that changes wait for this process. */
  takePart(): void {
    this.#link.applied(this.base.revision);
  }

  /** They do: with those before it, this process knows what the leader knows. */
  level(): void {
    this.#queue.add(() => this.#options.onLevel(true));
  }

  /**
   * The leader is another one, or this process was cut off. What it knows may differ, or have other numbers: those of a
   * leader that has been started again have no gaps where documents were taken away.
   */
  compare({ digest, learned, additions }: Snapshot): void {
    this.#queue.renew();
    this.#queue.add(async (isCurrent) => {
      if (digestOf(this.base) !== digest) {
        const change = changeTo(this.base, additions);
        if (!change) return this.#stale();
        for (const part of changeParts(change)) {
          const numbered = { ...part, revision: change.revision };
          this.base.apply(numbered);
          await this.answering.change(numbered);
        }
      }
      if (!isCurrent()) return;
      this.memory.useLearned(learned);
      this.takePart();
    });
  }

  #stale(): void {
    if (this.#isStale) return;
    this.#isStale = true;
    this.#queue.renew();
    // No change must wait for it any more.
    void this.#link.stop();
    this.#ended.resolve();
    this.#options.onStale();
  }
}
