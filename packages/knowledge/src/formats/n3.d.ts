/** The part of the library n3 that is used here; it comes without types. */
declare module 'n3' {
  export interface Term {
    readonly termType: string;
    readonly value: string;
    readonly language?: string;
  }
  export interface Quad {
    readonly subject: Term;
    readonly predicate: Term;
    readonly object: Term;
  }
  export interface Source {
    on(event: 'data' | 'end' | 'error', listener: (chunk: string) => void): void;
  }
  export class Parser {
    constructor(options: { readonly format: string; readonly blankNodePrefix: string });
    parse(
      source: Source,
      callbacks: {
        readonly onQuad: (error: Error | null, quad: Quad | null) => void;
        readonly onToken: (token: { readonly line: number }) => void;
      },
    ): void;
  }
}
