export { launchServer, spawnServer, type LaunchedServer, type LaunchOptions, type SpawnedServer } from './launch.ts';
