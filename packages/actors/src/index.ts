export type {
  ActorRef,
  ActorSpec,
  AnyActorSpec,
  AskOptions,
  BackoffSpec,
  ChildSpec,
  Context,
  Counters,
  DeadLetter,
  DeadLetterReason,
  Down,
  Exit,
  ExitReason,
  MailboxSpec,
  Restart,
  Strategy,
  SupervisorRef,
  SupervisorSpec,
  TellResult,
  TreeNode,
} from './contract.ts';
export type { ActorErrorCode } from './errors.ts';
export type { CrashReport } from './runtime.ts';
export { createSystem, type StopReport, type System, type SystemOptions } from './system.ts';
