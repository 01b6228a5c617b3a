/** One question at a time: asked, followed, and dropped when the next one comes. */
import { type VortexflowClient, VortexflowError } from '@vortexflow/client';
import type { Evidence, GraphNode, OpinionSummary, ProcessResponse } from '@vortexflow/protocol';
import { Cell } from './cell.ts';
import type { NodeDirectory } from './directory.ts';
import { litNodes } from './verdict.ts';

/** What is known of the question so far. */
export type Question =
  | { readonly phase: 'none' }
  | (Known & { readonly phase: 'asking' })
  | (Known & { readonly phase: 'answered'; readonly answer: ProcessResponse; readonly path: readonly GraphNode[] })
  | { readonly phase: 'failed'; readonly input: string; readonly message: string; readonly hint: string };

interface Known {
  readonly input: string;
  readonly evidence: readonly Evidence[];
  readonly opinions: readonly OpinionSummary[];
}

/** Called when the nodes of an answer are known, and with none when a new question is asked. @param joined whether they
 * are a path */
export type Light = (nodes: readonly GraphNode[], joined: boolean) => void;

export class Asker {
  readonly question = new Cell<Question>({ phase: 'none' });
  readonly #client: VortexflowClient;
  readonly #nodes: NodeDirectory;
  readonly #light: Light;
  #current = new AbortController();

  constructor(client: VortexflowClient, nodes: NodeDirectory, light: Light) {
    this.#client = client;
    this.#nodes = nodes;
    this.#light = light;
  }

  clear(): void {
    this.#current.abort();
    this.question.set({ phase: 'none' });
  }

  async ask(input: string): Promise<void> {
    this.#current.abort();
    const { signal } = (this.#current = new AbortController());
    let known: Known = { input, evidence: [], opinions: [] };
    const learn = (more: Partial<Known>) => {
      known = { ...known, ...more };
      if (!signal.aborted) this.question.set({ phase: 'asking', ...known });
    };
    learn({});
    this.#light([], false);
    try {
      const answer = await this.#client.askStream(
        { input },
        {
          sources: ({ evidence }) => learn({ evidence: merged(known.evidence, evidence) }),
          opinion: (opinion) => learn({ opinions: [...known.opinions, opinion] }),
        },
        { signal },
      );
      await this.#show(input, answer, signal);
    } catch (error) {
      if (!signal.aborted) this.question.set(failed(input, error));
    }
  }

  async #show(input: string, answer: ProcessResponse, signal: AbortSignal): Promise<void> {
    const shown = { phase: 'answered', input, evidence: answer.evidence, opinions: answer.opinions, answer } as const;
    this.question.set({ ...shown, path: [] });
    const { ids, joined } = litNodes(answer);
    const found = await Promise.allSettled(ids.map((id) => this.#nodes.node(id)));
    if (signal.aborted) return;
    const nodes = found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    // A path with a hole in it is none: its nodes are lit, but nothing is drawn between them.
    const whole = joined && nodes.length === ids.length;
    if (answer.path.length > 0) this.question.set({ ...shown, path: nodes });
    this.#light(nodes, whole);
  }
}

/** Best score of each piece, best first. */
function merged(old: readonly Evidence[], more: readonly Evidence[]): Evidence[] {
  const best = new Map<string, Evidence>();
  for (const piece of [...old, ...more]) {
    if (piece.score > (best.get(piece.id)?.score ?? -1)) best.set(piece.id, piece);
  }
  return [...best.values()].toSorted((a, b) => b.score - a.score);
}

function failed(input: string, error: unknown): Question {
  // What the server says to programs, of headers and keys, helps nobody here.
  if (error instanceof VortexflowError && error.status === 401)
    return { phase: 'failed', input, message: 'Sign in to ask.', hint: '' };
  if (error instanceof VortexflowError)
    return { phase: 'failed', input, message: error.message, hint: error.hint ?? '' };
  return { phase: 'failed', input, message: 'The page met an error of its own.', hint: String(error) };
}
