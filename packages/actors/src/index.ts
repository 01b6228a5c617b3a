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
  Metrics,
  Restart,
  SnapshotSpec,
  Strategy,
  SupervisorRef,
  SupervisorSpec,
  TellResult,
  TreeNode,
} from './contract.ts';
export type { ActorErrorCode } from './errors.ts';
export type { FaultPlan, FaultRule } from './faults.ts';
export type {
  AnyPlacedActorSpec,
  Given,
  PlacedActor,
  PlacedActorSpec,
  Placement,
  ProcessPlacement,
  ThreadPlacement,
  Transfer,
} from './contract.ts';
export type { CrashReport, Warning } from './runtime.ts';
export { fileSnapshots, memorySnapshots } from './snapshot-stores.ts';
export type { SnapshotStore } from './snapshots.ts';
export { createSystem, type StopReport, type System, type SystemOptions } from './system.ts';
