/** What a start measured: plain data. */
export interface StartReport {
  readonly url: string;
  /** True when the wanted port was taken and another one was used. */
  readonly otherPort: boolean;
  readonly cached: boolean;
  /** From the beginning of the process to the first answerable question. */
  readonly seconds: number;
  /** The same of the start that built the index now read from the cache; null when that is not known. */
  readonly buildSeconds: number | null;
  /** True when the owner key was made just now. */
  readonly newKey: boolean;
  /** True when only this machine can reach the server. */
  readonly local: boolean;
  readonly knowledge: {
    readonly name: string;
    readonly nodes: number;
    readonly edges: number;
    readonly documents: number;
  };
  /** Where the layout is computed. */
  readonly layout: string;
  /** Threads that reason, in each process. */
  readonly threads: number;
  /** Serving processes, where there are several. */
  readonly processes?: number;
}
