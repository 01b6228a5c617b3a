/** Runs a soak inside a network of its own; its parent, outside, makes the faults of the network. */
import { descendants, signal } from '@vortexflow/testkit';
import { type NetworkFaults, NotPossible } from './inject.ts';
import { runSoak, type SoakOrder, type SoakRecord } from './soak-run.ts';

/** From the parent. */
export type ToSoak =
  | { readonly kind: 'start'; readonly order: SoakOrder }
  | { readonly kind: 'done'; readonly why: string | null };
/** To the parent. */
export type FromSoak =
  | { readonly kind: 'lose'; readonly port: number; readonly share: number }
  | { readonly kind: 'heal' }
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'record'; readonly record: SoakRecord };

const tell = (message: FromSoak): void => void process.send?.(message);
let answered: (why: string | null) => void = () => undefined;

/** One order at a time; the parent says when it is done, or why it cannot be. */
async function order(message: FromSoak): Promise<void> {
  const why = await new Promise<string | null>((resolve) => {
    answered = resolve;
    tell(message);
  });
  if (why !== null) throw new NotPossible(why);
}

const network: NetworkFaults = {
  lose: (port, share) => order({ kind: 'lose', port, share }),
  heal: () => order({ kind: 'heal' }),
};

process.on('message', (message: ToSoak) => {
  if (message.kind === 'done') answered(message.why);
  else
    void runSoak(message.order, network, (text) => tell({ kind: 'say', text })).then((record) =>
      process.send?.({ kind: 'record', record }, () => process.disconnect()),
    );
});
// Whoever asked for it is gone: nothing of it may stay.
process.once('disconnect', () => {
  for (const pid of descendants(process.pid)) signal(pid, 'SIGTERM');
  process.exit();
});
