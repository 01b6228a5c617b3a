/** A thread that reads large bodies, so that none of them holds up the event loop. */
import { setImmediate } from 'node:timers/promises';
import { type JobThread, startJobThread } from '../threads/job-thread.ts';
import { joinTexts } from './long-texts.ts';
import type { FromReadingThread, More, ReadEnd, ReadJob, ReadPart } from './messages.ts';

/** What was read of a body, whole again. */
export interface ReadBody {
  readonly end: ReadEnd;
  /** Of a job of JSON that did not fail. */
  readonly value: unknown;
  /** Of a file. */
  readonly text: string;
}

export const startReadingThread = (): JobThread<ReadJob, ReadBody> =>
  startJobThread<ReadJob, FromReadingThread, ReadBody>(new URL('./reading.worker.ts', import.meta.url), () => {
    const gathered = { value: undefined as unknown, text: '' };
    return async (message) => {
      if (message.type === 'end' || message.type === 'refused' || message.type === 'failed')
        return { reply: { end: message, ...gathered } };
      take(message, gathered);
      // Others have their turn between two parts.
      await setImmediate();
      return { say: { type: 'more' } satisfies More };
    };
  });

function take(part: ReadPart, gathered: { value: unknown; text: string }): void {
  if (part.type === 'text') gathered.text += part.text;
  else if (part.type === 'outline') gathered.value = part.value;
  else (gathered.value as Record<string, unknown[]>)[part.key]?.push(...part.items.map(joinTexts));
}
