import { Ask } from './ask.ts';
import type { Transfer } from './contract.ts';

/** A told message with memory to hand over. */
export class Parcel {
  readonly message: unknown;
  readonly transfer: Transfer;

  constructor(message: unknown, transfer: Transfer) {
    this.message = message;
    this.transfer = transfer;
  }
}

/** The message of something in a mailbox. */
export function payload(item: unknown): unknown {
  return item instanceof Ask || item instanceof Parcel ? item.message : item;
}

/** What is handed over with it. */
export function transferOf(item: unknown): Transfer | undefined {
  return item instanceof Ask || item instanceof Parcel ? item.transfer : undefined;
}
