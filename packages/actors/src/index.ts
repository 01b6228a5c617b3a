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
  SupervisorSpec,
  TellResult,
  TreeNode,
} from './contract.ts';
export type { ActorErrorCode } from './errors.ts';
export type { CrashReport } from './runtime.ts';
export type { SupervisorRef } from './supervisor.ts';
export { createSystem, type StopReport, type System, type SystemOptions } from './system.ts';
