/** What the environment of a process that serves requests says to the allocator of the C library. */

/** @see mallopt(3); the names are glibc's, and other C libraries take no notice of them. */
const ALLOCATOR = {
  /**
   * Blocks from this size on are mapped for themselves, and go back to the system when they are freed; bytes. It is what
   * glibc begins with, but it raises that to 32 MiB as soon as large blocks are freed, unless it is set. From then on
   * those of bodies, checkpoints and frames lie between small ones that stay, in heaps that only grow.
   */
  MALLOC_MMAP_THRESHOLD_: '131072',
  /** Heaps that threads share: eight a core without it, each with gaps of its own. V8 and its objects use none of them. */
  MALLOC_ARENA_MAX: '2',
} as const;

/** Other ways to tune the same. */
const OTHER = ['MALLOC_TRIM_THRESHOLD_', 'MALLOC_TOP_PAD_', 'GLIBC_TUNABLES'] as const;

/** The environment for a child process. An allocator that somebody has tuned is left as it is. */
export function childEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isTuned = [...Object.keys(ALLOCATOR), ...OTHER].some((name) => own[name] !== undefined);
  return isTuned ? { ...own } : { ...own, ...ALLOCATOR };
}
