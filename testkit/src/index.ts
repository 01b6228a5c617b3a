export { browserPath, softwareVulkan, WEBGL_FLAGS, WEBGPU_FLAGS } from './browser.ts';
export { type CertificateOptions, makeCertificate, type TestCertificate } from './certificate.ts';
export { launchServer, spawnServer, type LaunchedServer, type LaunchOptions, type SpawnedServer } from './launch.ts';
export {
  type ModelBehaviour,
  type ModelRequest,
  type ModelScript,
  type ModelServer,
  reply,
  startModelServer,
} from './model-server.ts';
export { JumpingClock } from './clock.ts';
export { onFreePort } from './free-port.ts';
export { inNetwork, type Network, networkMissing, type Place } from './network.ts';
export { nostrHeader, type NostrKey, nostrKey, type SignedEvent } from './nostr-key.ts';
export { type Observation, observatoryMissing, observe, type ObservedTest } from './observatory.ts';
export { launchPostgres, postgresMissing, type PostgresServer } from './postgres.ts';
export type { Direction, Fault } from './proxy/fault.ts';
export type { ProxyCounters } from './proxy/pipe.ts';
export { type FaultProxy, launchProxy, type ProxyOptions } from './proxy/proxy.ts';
export { descendants, freeze, handlesSignal, residentBytesOfTree, servingProcesses, signal } from './processes.ts';
export { head, openSlowClient, type Pace, type SlowClient, type SlowClientOptions } from './slow-client.ts';
export { mountSmallDisk, type SmallDisk, smallDiskMissing } from './small-disk.ts';
export { totpCode } from './totp.ts';
export { createThreadKiller, type ThreadKiller } from './threads/thread-killer.ts';
