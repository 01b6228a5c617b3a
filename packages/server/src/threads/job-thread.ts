/** A thread that does one job at a time: what it is to whoever gives it work, and how one is started. */
import { Worker } from 'node:worker_threads';

export interface JobThread<Job, Reply> {
  /** Rejects when the thread dies on the way, also by `end`. Not to be called again before it has settled. */
  work(job: Job): Promise<Reply>;
  /** False once it has died, also between two jobs. */
  readonly isAlive: boolean;
  /** Gives its memory back. It is of no use from then on. */
  end(): Promise<void>;
}

/** What comes of a message of the thread: the job's reply, or something to say back. */
type Heard<Reply> = { readonly reply: Reply } | { readonly say: unknown };

/** What is said about one job: called with each message of the thread, in order. */
export type Conversation<Message, Reply> = (message: Message) => Heard<Reply> | Promise<Heard<Reply>>;

/**
 * Starts a thread, which costs about 0.2 s. It does not keep the process alive.
 *
 * @param script takes jobs as messages, one after the other
 * @param converse begins the conversation about a job
 */
export function startJobThread<Job, Message, Reply>(
  script: URL,
  converse: (job: Job) => Conversation<Message, Reply>,
): JobThread<Job, Reply> {
  const worker = new Worker(script);
  worker.unref();
  let isAlive = true;
  const mark = (): void => void (isAlive = false);
  // Without a listener the death of an idle thread would end the process.
  worker.on('error', mark).on('exit', mark);
  return {
    get isAlive() {
      return isAlive;
    },
    work: (job) =>
      new Promise((resolve, reject) => {
        const conversation = converse(job);
        const hear = async (message: Message): Promise<void> => {
          const heard = await conversation(message);
          if ('say' in heard) return worker.postMessage(heard.say);
          forget();
          resolve(heard.reply);
        };
        const listen = (message: Message): void => void hear(message).catch(fail);
        const fail = (failure: unknown): void => {
          forget();
          reject(failure instanceof Error ? failure : new Error(String(failure)));
        };
        const died = (code: number): void => fail(new Error(`the thread ended with code ${code}`));
        const forget = (): void => void worker.off('message', listen).off('error', fail).off('exit', died);
        worker.on('message', listen).once('error', fail).once('exit', died);
        worker.postMessage(job);
      }),
    end: async () => void (await worker.terminate()),
  };
}
